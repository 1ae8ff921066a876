package dev.mailroom.testing;

import com.icegreen.greenmail.util.ServerSetup;
import java.util.Arrays;

/** Free ports for a GreenMail that may be stopped and started again: it then listens on the same ones. Immutable. */
public final class MailPorts {

    private final ServerSetup[] setups;

    private MailPorts(ServerSetup[] setups) {
        this.setups = setups;
    }

    /** @param protocols as in {@link ServerSetup}, such as {@code imap}; on 127.0.0.1 */
    public static MailPorts free(String... protocols) {
        return new MailPorts(Arrays.stream(protocols).map(MailPorts::setup).toArray(ServerSetup[]::new));
    }

    private static ServerSetup setup(String protocol) {
        ServerSetup setup = new ServerSetup(FreePort.find(), "127.0.0.1", protocol);
        // A machine that builds several things at once takes longer than the usual two seconds.
        setup.setServerStartupTimeout(20_000);
        return setup;
    }

    public ServerSetup[] setups() {
        return setups.clone();
    }

    public int of(String protocol) {
        return Arrays.stream(setups)
                .filter(setup -> setup.getProtocol().equals(protocol))
                .findFirst()
                .orElseThrow()
                .getPort();
    }
}
