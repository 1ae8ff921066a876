package dev.mailroom.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.springframework.boot.SpringApplication;

/** {@link MailServerNode} from outside. For one thread. */
final class MailServerProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader answers;
    private final Writer orders;
    private final int imaps;
    private final int imap;

    private MailServerProcess(Process process) throws IOException {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.orders = process.outputWriter(StandardCharsets.UTF_8);
        String[] ready = answer().split(" ");
        imaps = Integer.parseInt(ready[1]);
        imap = Integer.parseInt(ready[2]);
    }

    static MailServerProcess start() {
        try {
            return new MailServerProcess(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx2500m",
                            "-Xss256k",
                            "-cp",
                            // Surefire hides the true one behind a jar with a manifest.
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            SpringApplication.class.getName(),
                            "--spring.main.sources=" + MailServerNode.class.getName(),
                            "--spring.main.web-application-type=none",
                            "--spring.main.banner-mode=off")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** TLS from the start. */
    int imapsPort() {
        return imaps;
    }

    /** Plain, through a relay that notes when the server says EXISTS. */
    int noticedPort() {
        return imap;
    }

    void users(String prefix, int count) {
        ask("users " + prefix + " " + count);
    }

    void fill(String user, int count, int size) {
        ask("fill " + user + " " + count + " " + size);
    }

    /** @return SHA-256 of the mail as it lies there */
    String large(String user, int megabytes) {
        return ask("large " + user + " " + megabytes).split(" ")[1];
    }

    /** @return when the server told of the mail, in microseconds since 1970 */
    long tell(String user, int size) {
        return Long.parseLong(ask("tell " + user + " " + size).split(" ")[1]);
    }

    private String ask(String order) {
        try {
            orders.write(order + "\n");
            orders.flush();
            return answer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What libraries print is no answer. */
    private String answer() throws IOException {
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.matches("(ready|done|told)\\b.*")) {
                return line;
            }
        }
        throw new IOException("The mail server has ended");
    }

    @Override
    public void close() {
        process.destroy();
    }
}
