package dev.mailroom.story;

import com.icegreen.greenmail.imap.ImapHostManager;
import com.icegreen.greenmail.store.MailFolder;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.mailroom.testing.MailPorts;
import jakarta.mail.Flags;
import jakarta.mail.MessagingException;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;

/** A customer's mail server: SMTP, IMAP, IMAPS, POP3 and POP3S on ports of its own. */
final class MailServer {

    static {
        // GreenMail's own certificate names no host; every check of the name would refuse it.
        System.setProperty("greenmail.tls.keystore.file", "src/test/resources/tls/localhost.p12");
        System.setProperty("greenmail.tls.keystore.password", "changeit");
    }

    private final MailPorts ports = MailPorts.free(
            ServerSetup.PROTOCOL_SMTP,
            ServerSetup.PROTOCOL_IMAP,
            ServerSetup.PROTOCOL_IMAPS,
            ServerSetup.PROTOCOL_POP3,
            ServerSetup.PROTOCOL_POP3S);
    private GreenMail server = new GreenMail(ports.setups());

    MailServer start() {
        server.start();
        return this;
    }

    void stop() {
        server.stop();
    }

    MailServer withUser(String address) {
        server.setUser(address, address, "secret");
        return this;
    }

    int port(String protocol) {
        return ports.of(protocol);
    }

    /** All mails that were handed to the server, also those for users it made up. */
    List<MimeMessage> received() {
        return List.of(server.getReceivedMessages());
    }

    List<MimeMessage> receivedWithSubject(String part) {
        return received().stream().filter(mail -> subject(mail).contains(part)).toList();
    }

    /** Puts a raw mail into a user's inbox, as if somebody had sent it. */
    void deliver(String address, byte[] raw) {
        try {
            var user = server.getUserManager().getUser(address);
            user.deliver(new MimeMessage(server.getSmtp().createSession(), new ByteArrayInputStream(raw)));
        } catch (Exception e) {
            throw new IllegalStateException("The mail could not be put into " + address, e);
        }
    }

    void deliver(String address, String raw) {
        deliver(address, raw.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    /** A folder of a user beside the inbox. */
    MailServer withFolder(String address, String folder) {
        try {
            folders().createMailbox(server.getUserManager().getUser(address), folder);
            return this;
        } catch (Exception e) {
            throw new IllegalStateException("No folder " + folder + " for " + address, e);
        }
    }

    /** Puts a raw mail there, as a server does that keeps copies of what it sends. */
    void file(String address, String folder, byte[] raw) {
        try {
            folder(address, folder)
                    .appendMessage(
                            new MimeMessage(server.getSmtp().createSession(), new ByteArrayInputStream(raw)),
                            new Flags(),
                            new Date());
        } catch (Exception e) {
            throw new IllegalStateException("The mail could not be put into " + folder, e);
        }
    }

    /** Raw mails in a folder. */
    List<String> inFolder(String address, String folder) {
        try {
            List<String> raw = new ArrayList<>();
            for (var message : folder(address, folder).getMessages()) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                message.getMimeMessage().writeTo(bytes);
                raw.add(bytes.toString(StandardCharsets.UTF_8));
            }
            return raw;
        } catch (Exception e) {
            throw new IllegalStateException("The folder " + folder + " cannot be read", e);
        }
    }

    private MailFolder folder(String address, String folder) {
        return folders().getFolder(server.getUserManager().getUser(address), folder);
    }

    private ImapHostManager folders() {
        return server.getManagers().getImapHostManager();
    }

    /** Sends by SMTP, as a customer's program does. */
    void send(String raw, String from, String to) {
        try {
            MimeMessage mail = new MimeMessage(
                    server.getSmtp().createSession(),
                    new ByteArrayInputStream(raw.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8)));
            Transport.send(mail, new InternetAddress[] {new InternetAddress(to)});
        } catch (MessagingException e) {
            throw new IllegalStateException("The server took no mail from " + from, e);
        }
    }

    static String subject(MimeMessage mail) {
        try {
            return mail.getSubject() == null ? "" : mail.getSubject();
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }
}
