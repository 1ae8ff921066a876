package dev.mailroom.registry;

import dev.mailroom.network.HostNotAllowedException;
import dev.mailroom.network.NetworkPolicy;
import dev.mailroom.network.ServerEndpoint;
import java.net.UnknownHostException;
import java.util.List;

/** Asks the DNS for a mailbox's server when it is saved. Never inside a transaction: an answer may take seconds. */
final class HostCheck {

    private static final int ANY_MAIL_PORT = 993;

    private final NetworkPolicy policy;

    HostCheck(NetworkPolicy policy) {
        this.policy = policy;
    }

    /** @return warnings: a server that is not known yet may come later; one that is private is a fault */
    List<String> check(ServerEndpoint server, Faults faults) {
        try {
            policy.check(server.host(), ANY_MAIL_PORT);
        } catch (HostNotAllowedException e) {
            faults.add("server", e.getMessage());
            return List.of();
        } catch (UnknownHostException e) {
            return List.of("The host '" + server.host() + "' is not known in the DNS yet");
        }
        try {
            policy.check(server.host(), server.port());
        } catch (HostNotAllowedException e) {
            faults.add("port", e.getMessage());
        } catch (UnknownHostException e) {
            return List.of("The host '" + server.host() + "' is not known in the DNS yet");
        }
        return List.of();
    }
}
