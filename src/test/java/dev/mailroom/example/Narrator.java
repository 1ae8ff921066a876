package dev.mailroom.example;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.testing.RestCalls;
import java.io.PrintStream;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells on the console what the journal says, as it happens. */
final class Narrator {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

    private final RestCalls rest;
    private final ExampleServers servers;
    private final String url;
    private final PrintStream console = System.out;
    private final Set<String> told = new HashSet<>();

    Narrator(RestCalls rest, ExampleServers servers, String url) {
        this.rest = rest;
        this.servers = servers;
        this.url = url;
    }

    void welcome() {
        console.println();
        console.println("Mailroom is up, with two customers under contract:");
        console.println("  Acme Ltd    support@acme.example   its own mail server: SMTP 3025, IMAP 3143");
        console.println("  Beta GmbH   help@beta.example      its own mail server: SMTP 4025, IMAP 4143");
        console.println("  the platform's own mail server: SMTP 5025, IMAP 5143; password of every mailbox: secret");
        console.println("Cockpit, Admin, Tasklist: " + url + "/camunda   (demo/demo; mary/mary approves requests)");
        console.println("Stop with Ctrl+C.");
        console.println();
    }

    void tellUntilStopped() {
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(stopped::countDown));
        try {
            do {
                for (JsonNode mail : rest.get("/mailroom/email?sortBy=createdAt&sortOrder=asc")) {
                    tell(mail);
                }
                tellAnswers(ExampleServers.ACME, "ana@customer.example", "Ana");
                tellAnswers(ExampleServers.BETA, "ben@client.example", "Ben");
                tellAnswers(ExampleServers.PLATFORM, "ana@customer.example", "Ana");
                tellAnswers(ExampleServers.PLATFORM, "mary@mailroom.example", "Mary");
            } while (!stopped.await(500, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException whileStopping) {
            if (stopped.getCount() > 0) {
                throw whileStopping;
            }
        }
    }

    private void tell(JsonNode mail) {
        String state = mail.path("state").asText();
        if (!told.add(mail.path("id").asText() + state)) {
            return;
        }
        String subject = "\"" + mail.path("subject").asText() + "\"";
        switch (state) {
            case "STARTED" ->
                say(mail.path("from").path("address").asText() + " wrote " + subject + ": case "
                        + mail.path("businessKey").asText() + " is open, contract "
                        + mail.path("contract").asText());
            case "CORRELATED" ->
                say(mail.path("from").path("address").asText() + " replied: case "
                        + mail.path("businessKey").asText() + " goes on");
            case "SENT" ->
                say("sent " + subject + " through " + mail.path("mailbox").asText() + " as "
                        + mail.path("from").path("address").asText());
            case "FAILED", "UNCERTAIN", "QUARANTINED", "RETRYING" ->
                say(state.toLowerCase(java.util.Locale.ROOT) + " " + subject + ": "
                        + mail.path("reason").path("text").asText());
            default -> {}
        }
    }

    private void tellAnswers(ExampleServers.Place place, String address, String name) {
        var letters = servers.read(place, address);
        for (int i = 0; i < letters.size(); i++) {
            if (told.add(place.name() + address + i)) {
                say(name + " has mail from " + letters.get(i).from() + ": \""
                        + letters.get(i).subject() + "\"");
            }
        }
    }

    private void say(String line) {
        console.println(LocalTime.now().format(TIME) + "  " + line);
    }
}
