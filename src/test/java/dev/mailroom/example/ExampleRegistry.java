package dev.mailroom.example;

import static dev.mailroom.example.ExampleServers.ACME;
import static dev.mailroom.example.ExampleServers.BETA;
import static dev.mailroom.example.ExampleServers.PLATFORM;

import dev.mailroom.example.ExampleServers.Place;
import dev.mailroom.testing.RestCalls;

/** What an administrator would enter: two contracts with their mailboxes, and the platform's own. */
final class ExampleRegistry {

    private final RestCalls rest;

    ExampleRegistry(RestCalls rest) {
        this.rest = rest;
    }

    void register() {
        output("platform-out", "Platform", PLATFORM, "Service desk <platform@mailroom.example>", true);
        output("approvals-out", "Approvals", PLATFORM, "Approvals <platform@mailroom.example>", false);
        output("acme-out", "Acme outgoing", ACME, "Acme Support <support@acme.example>", false);
        output("beta-out", "Beta outgoing", BETA, "Beta Help <help@beta.example>", false);
        contract("acme", "Acme Ltd", "acme-out", "customer.example");
        contract("beta", "Beta GmbH", "beta-out", "client.example");
        input("acme-support", "Acme Support", ACME, "support@acme.example", "acme");
        input("beta-help", "Beta Help", BETA, "help@beta.example", "beta");
    }

    private void output(String key, String description, Place place, String sender, boolean system) {
        post("mailbox", key, """
                {"key":"%s","description":"%s","type":"OUTPUT","server":"127.0.0.1","port":%d,"security":"NONE",
                 "allowPlainText":true,"sender":"%s","systemMailbox":%b}""".formatted(key, description, place.smtp(), sender, system));
    }

    private void input(String key, String description, Place place, String address, String contract) {
        post("mailbox", key, """
                {"key":"%s","description":"%s","type":"INPUT","provider":"imap","server":"127.0.0.1","port":%d,
                 "startTls":false,"user":"%s","password":"secret","startFrom":"ALL","pollInterval":"PT5S",
                 "afterReading":"SEEN","contract":"%s","processDefinitionKey":"service-request"}""".formatted(key, description, place.imap(), address, contract));
    }

    private void contract(String key, String name, String outbox, String domain) {
        post("contract", key, """
                {"key":"%s","name":"%s","emailOutbox":"%s","domains":["%s"]}""".formatted(key, name, outbox, domain));
    }

    private void post(String kind, String key, String body) {
        if (!rest.exists("/mailroom/" + kind + "/" + key)) {
            rest.post("/mailroom/" + kind, body);
        }
    }
}
