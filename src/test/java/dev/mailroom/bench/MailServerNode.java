package dev.mailroom.bench;

import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.mailroom.testing.Digests;
import dev.mailroom.testing.LargeMail;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;
import org.springframework.boot.CommandLineRunner;

/**
 * A mail server in a JVM of its own, so that its processor time and its threads are not counted. Told what to do on
 * standard input, line by line; answers each line with one on standard output. A bean instead of a main method: those of
 * the tests are counted by {@code spring-boot:test-run}.
 */
final class MailServerNode implements CommandLineRunner {

    private static final Session SESSION = Session.getInstance(new Properties());
    private static long mails;

    @Override
    public void run(String... arguments) throws Exception {
        Path keys = Files.createTempFile("bench", ".p12");
        try (InputStream in = MailServerNode.class.getResourceAsStream("/tls/localhost.p12")) {
            Files.copy(in, keys, StandardCopyOption.REPLACE_EXISTING);
        }
        System.setProperty("greenmail.tls.keystore.file", keys.toString());
        System.setProperty("greenmail.tls.keystore.password", "changeit");
        GreenMail server = new GreenMail(new ServerSetup[] {
            new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAP),
            new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAPS)
        });
        server.start();
        NoticingRelay relay = NoticingRelay.to(server.getImap().getPort());
        say("ready " + server.getImaps().getPort() + " " + relay.port());
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "users" -> {
                    for (int i = 0; i < Integer.parseInt(words[2]); i++) {
                        user(server, words[1] + i);
                    }
                    say("done");
                }
                case "fill" -> {
                    fill(user(server, words[1]), Integer.parseInt(words[2]), Integer.parseInt(words[3]));
                    say("done");
                }
                case "large" -> {
                    GreenMailUser user = user(server, words[1]);
                    byte[] raw = LargeMail.of(Integer.parseInt(words[2]), user.getEmail(), "large-" + ++mails)
                            .raw();
                    user.deliver(new MimeMessage(SESSION, new ByteArrayInputStream(raw)));
                    say("done " + Digests.sha256(raw));
                }
                case "tell" -> {
                    relay.listen();
                    fill(user(server, words[1]), 1, Integer.parseInt(words[2]));
                    say("told " + relay.awaitNews());
                }
                default -> throw new IllegalArgumentException(line);
            }
        }
        server.stop();
        Files.deleteIfExists(keys);
    }

    private static GreenMailUser user(GreenMail server, String name) {
        return server.setUser(name + "@acme.example", name, "secret");
    }

    private static void fill(GreenMailUser user, int count, int size) throws MessagingException, IOException {
        String line = "We ask you to look at this, as it stands in our way since yesterday. ".repeat(1) + "\r\n";
        String body = line.repeat(Math.max(1, size / line.length()));
        for (int i = 0; i < count; i++) {
            long number = ++mails;
            String mail = "Received: from mx.customer.example by mail.acme.example; Sun, 22 Nov 2026 09:00:00 +0000\r\n"
                    + "From: Ana Silva <ana@customer.example>\r\nTo: " + user.getEmail() + "\r\nSubject: Request "
                    + number + "\r\nMessage-ID: <" + number + "." + user.getLogin()
                    + "@customer.example>\r\nDate: Sun, 22 Nov 2026 09:00:00 +0000\r\nMIME-Version: 1.0\r\n"
                    + "Content-Type: text/plain; charset=UTF-8\r\n\r\n" + body;
            user.deliver(new MimeMessage(SESSION, new ByteArrayInputStream(mail.getBytes(StandardCharsets.UTF_8))));
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
