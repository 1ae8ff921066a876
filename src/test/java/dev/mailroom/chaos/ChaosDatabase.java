package dev.mailroom.chaos;

import dev.mailroom.testing.FreePort;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Where the nodes of a {@link Rig} keep everything: a PostgreSQL server of its own, which commits to the disk as one in
 * production does, or one H2 file.
 */
public interface ChaosDatabase extends AutoCloseable {

    Map<String, String> settings();

    @Override
    void close();

    static Postgres postgres(Path directory) {
        return new Postgres(directory);
    }

    /** For one JVM at a time. */
    static ChaosDatabase h2File(Path directory) {
        String url = "jdbc:h2:file:" + directory.toAbsolutePath().resolve("mailroom")
                + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
        return new ChaosDatabase() {
            @Override
            public Map<String, String> settings() {
                return Map.of(
                        "spring.datasource.url",
                        url,
                        "spring.datasource.username",
                        "sa",
                        "spring.datasource.password",
                        "");
            }

            @Override
            public void close() {
                // A file needs no end.
            }
        };
    }

    /** Can be stopped at once, as by a power cut, and started again. */
    final class Postgres implements ChaosDatabase {

        private static final Pattern OPTION = Pattern.compile("\"([^\"]*)\"");

        private final EmbeddedPostgres server;
        private final Path data;

        private Postgres(Path directory) {
            data = directory.toAbsolutePath().resolve("postgres");
            try {
                server = EmbeddedPostgres.builder()
                        .setDataDirectory(data)
                        .setPort(FreePort.find())
                        .setServerConfig("synchronous_commit", "on")
                        .setServerConfig("fsync", "on")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException("PostgreSQL did not start", e);
            }
        }

        @Override
        public Map<String, String> settings() {
            Map<String, String> settings = new TreeMap<>();
            settings.put("spring.datasource.url", server.getJdbcUrl("postgres", "postgres"));
            settings.put("spring.datasource.username", "postgres");
            settings.put("spring.datasource.password", "postgres");
            return settings;
        }

        /** {@code pg_ctl stop -m immediate}: no check point, no farewell. */
        public void stopImmediately() {
            control("-m", "immediate", "stop");
        }

        public void startAgain() {
            try {
                List<String> options = new ArrayList<>();
                var matcher = OPTION.matcher(startCommand());
                while (matcher.find()) {
                    options.add(matcher.group(1));
                }
                // Of the options of the first start, those after the data directory.
                options.subList(0, options.indexOf("-D") + 2).clear();
                control("-o", String.join(" ", options), "-w", "start");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private String startCommand() throws IOException {
            return Files.readString(data.resolve("postmaster.opts"));
        }

        private void control(String... arguments) {
            try {
                Path binary = Path.of(startCommand().split(" ", 2)[0]);
                List<String> command = new ArrayList<>();
                if ("root".equals(System.getProperty("user.name"))) {
                    // As the embedding does: PostgreSQL refuses to run as root.
                    command.addAll(List.of("unshare", "-U"));
                }
                command.add(binary.resolveSibling("pg_ctl").toString());
                command.addAll(List.of("-D", data.toString()));
                command.addAll(List.of(arguments));
                Path log = data.resolveSibling("pg_ctl.log");
                int result = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start()
                        .waitFor();
                if (result != 0) {
                    throw new IllegalStateException(command + " failed:\n" + Files.readString(log));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            try {
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
