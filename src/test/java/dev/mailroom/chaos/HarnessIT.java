package dev.mailroom.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.testing.ScriptedSmtpServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The rig proves itself first: where nothing is broken it must find nothing. */
class HarnessIT {

    @Test
    void without_faults_nothing_is_lost_doubled_or_in_doubt() {
        try (Rig rig = Rig.onPostgres("harness")) {
            ScriptedSmtpServer server = rig.server();
            rig.mailbox("out", server, "");
            rig.give(50, rig.process("out"));
            rig.node("node-1").start().work();

            rig.awaitSettled(Duration.ofSeconds(60));

            Judge.Verdict verdict = rig.verdict();
            assertThat(verdict.isSound()).as(verdict.toString()).isTrue();
            assertThat(verdict.duplicates()).isEmpty();
            assertThat(verdict.uncertain()).isEmpty();
            assertThat(verdict.copies()).isEqualTo(50);
        }
    }
}
