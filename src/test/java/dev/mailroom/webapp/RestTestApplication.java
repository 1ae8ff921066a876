package dev.mailroom.webapp;

import dev.mailroom.network.ConnectionReport;
import dev.mailroom.network.ConnectionReport.Code;
import dev.mailroom.network.ConnectionReport.Name;
import dev.mailroom.network.ConnectionReport.Step;
import dev.mailroom.registry.ConnectionTester;
import dev.mailroom.registry.Credentials;
import dev.mailroom.registry.InboxControl;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.Mailbox;
import dev.mailroom.registry.MailboxType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** A host application with engine-rest, as the tests of the REST interface need it. */
@SpringBootConfiguration
@EnableAutoConfiguration
class RestTestApplication {

    @Bean
    RecordingTester recordingTester() {
        return new RecordingTester();
    }

    @Bean
    @Primary
    RecordingInbox recordingInbox() {
        return new RecordingInbox();
    }

    /** Answers as a server whose password is "right"; keeps what it was given. */
    static final class RecordingTester implements ConnectionTester {

        final List<Credentials> seen = new CopyOnWriteArrayList<>();

        @Override
        public boolean supports(MailboxType type) {
            return true;
        }

        @Override
        public ConnectionReport test(Mailbox mailbox, Credentials credentials) {
            seen.add(credentials);
            boolean isRight = !(credentials instanceof Credentials.Password password)
                    || password.password().reveal().equals("right");
            List<Step> steps = new ArrayList<>();
            steps.add(new Step(Name.RESOLVE, true, 3L, null, mailbox.server().host() + " is 203.0.113.7", null));
            steps.add(new Step(Name.CONNECT, true, 12L, null, "Port 993 answers", null));
            steps.add(new Step(Name.TLS, true, 40L, null, "TLSv1.3", null));
            steps.add(
                    isRight
                            ? new Step(Name.LOGIN, true, 5L, null, "Logged in", null)
                            : new Step(
                                    Name.LOGIN,
                                    false,
                                    376L,
                                    Code.LOGIN_REFUSED,
                                    "User name or password refused",
                                    "password"));
            steps.add(new Step(Name.FOLDER, isRight ? Boolean.TRUE : null, null, null, null, null));
            return new ConnectionReport(isRight, 431, steps);
        }
    }

    static final class RecordingInbox implements InboxControl {

        final List<String> read = new CopyOnWriteArrayList<>();

        @Override
        public void readNow(InputMailbox mailbox) {
            read.add(mailbox.key());
        }
    }
}
