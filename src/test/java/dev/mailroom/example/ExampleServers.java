package dev.mailroom.example;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Three embedded mail servers on fixed ports of this machine: one for each contract, one for the platform itself. Each
 * also keeps the mailboxes of the people it sends to, so that answers can be read where they were sent through.
 */
final class ExampleServers {

    /** @param smtp port for sending, without TLS; @param imap port for reading, without TLS */
    record Place(String name, int smtp, int imap) {}

    static final Place ACME = new Place("Acme", 3025, 3143);
    static final Place BETA = new Place("Beta", 4025, 4143);
    static final Place PLATFORM = new Place("platform", 5025, 5143);

    private final Map<Place, GreenMail> servers = new LinkedHashMap<>();

    private ExampleServers() {}

    static ExampleServers start() {
        ExampleServers all = new ExampleServers();
        all.start(ACME, "support@acme.example", "ana@customer.example");
        all.start(BETA, "help@beta.example", "ben@client.example");
        all.start(PLATFORM, "platform@mailroom.example", "ana@customer.example", "mary@mailroom.example");
        return all;
    }

    private void start(Place place, String... addresses) {
        GreenMail server = new GreenMail(new ServerSetup[] {
            new ServerSetup(place.smtp(), "127.0.0.1", ServerSetup.PROTOCOL_SMTP),
            new ServerSetup(place.imap(), "127.0.0.1", ServerSetup.PROTOCOL_IMAP)
        });
        try {
            server.start();
        } catch (IllegalStateException taken) {
            throw new IllegalStateException(
                    "The example needs the ports " + place.smtp() + " and " + place.imap()
                            + " of this machine; something else uses one of them",
                    taken);
        }
        for (String address : addresses) {
            server.setUser(address, address, "secret");
        }
        servers.put(place, server);
    }

    void stop() {
        servers.values().forEach(GreenMail::stop);
    }

    /** Writes a mail as a customer's own mail program would: over SMTP. */
    void write(Place place, String from, String to, String subject, String text) {
        try {
            MimeMessage mail = new MimeMessage(servers.get(place).getSmtp().createSession());
            mail.setFrom(new InternetAddress(from));
            mail.setRecipient(Message.RecipientType.TO, new InternetAddress(to));
            mail.setSubject(subject, StandardCharsets.UTF_8.name());
            mail.setText(text, StandardCharsets.UTF_8.name());
            mail.setSentDate(new java.util.Date());
            Transport.send(mail);
        } catch (MessagingException e) {
            throw new IllegalStateException("The example's mail server " + place.name() + " took no mail", e);
        }
    }

    /** What lies in somebody's mailbox, oldest first. */
    List<Letter> read(Place place, String address) {
        GreenMail server = servers.get(place);
        try {
            var folder = server.getManagers()
                    .getImapHostManager()
                    .getInbox(server.getUserManager().getUser(address));
            return folder.getMessages().stream()
                    .map(stored -> Letter.of(stored.getMimeMessage()))
                    .toList();
        } catch (com.icegreen.greenmail.store.FolderException e) {
            throw new IllegalStateException("The mailbox of " + address + " cannot be read", e);
        }
    }

    record Letter(String from, String subject) {
        static Letter of(MimeMessage mail) {
            try {
                return new Letter(((InternetAddress) mail.getFrom()[0]).getAddress(), mail.getSubject());
            } catch (MessagingException e) {
                throw new IllegalStateException("A mail cannot be read", e);
            }
        }
    }
}
