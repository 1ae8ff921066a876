package dev.mailroom.mailstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.mailstore.MessageReader.UnreadableMessageException;
import dev.mailroom.message.ByteSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class WatchedMessageReaderTest {

    private static final ByteSource MAIL =
            ByteSource.of("Subject: Lamp\r\n\r\nDark.\r\n".getBytes(StandardCharsets.US_ASCII));
    private static final MessageReader LENIENT = new LenientMessageReader(InboundLimitsProperties.defaults());

    @Test
    void an_ordinary_mail_is_read_and_its_files_open_later() throws Exception {
        MessageReader reader = new WatchedMessageReader(LENIENT, Duration.ofSeconds(10));

        var mail = reader.read(ByteSource.of(
                "Content-Type: application/pdf; name=a.pdf\r\n\r\n%PDF".getBytes(StandardCharsets.US_ASCII)));

        assertThat(Mails.content(mail.attachments().get(0))).isEqualTo("%PDF");
    }

    @Test
    void a_mail_that_costs_too_much_is_given_up_and_the_next_one_is_read() throws Exception {
        AtomicBoolean end = new AtomicBoolean();
        CountDownLatch stopped = new CountDownLatch(1);
        MessageReader endless = raw -> {
            while (!end.get()) {
                Thread.onSpinWait();
            }
            try (InputStream in = raw.open()) {
                in.read();
            } catch (IOException noMoreBytes) {
                stopped.countDown();
            }
            throw new IOException("given up");
        };
        AtomicBoolean first = new AtomicBoolean(true);
        MessageReader reader = new WatchedMessageReader(
                raw -> first.getAndSet(false) ? endless.read(raw) : LENIENT.read(raw), Duration.ofMillis(100));

        assertThatThrownBy(() -> reader.read(MAIL))
                .isInstanceOfSatisfying(
                        UnreadableMessageException.class,
                        e -> assertThat(e.limit()).isEqualTo("TOO_SLOW"))
                .hasMessageContaining("0.1 seconds");

        assertThat(reader.read(MAIL).text()).isEqualTo("Dark.");
        end.set(true);
        assertThat(stopped.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void waiting_costs_nothing() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        MessageReader reader = new WatchedMessageReader(
                raw -> {
                    try {
                        never.await(300, TimeUnit.MILLISECONDS);
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    return LENIENT.read(raw);
                },
                Duration.ofMillis(250));

        assertThat(reader.read(MAIL).subject()).isEqualTo("Lamp");
    }

    @Test
    void what_the_reader_throws_reaches_the_caller() {
        assertThatThrownBy(() -> failing(new IllegalStateException("x"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> failing(new StackOverflowError())).isInstanceOf(StackOverflowError.class);
        assertThatThrownBy(() -> new WatchedMessageReader(
                                raw -> {
                                    throw new IOException("gone");
                                },
                                Duration.ofSeconds(1))
                        .read(MAIL))
                .isInstanceOf(IOException.class)
                .hasMessage("gone");
    }

    private static void failing(Throwable failure) throws Exception {
        new WatchedMessageReader(
                        raw -> {
                            if (failure instanceof Error error) {
                                throw error;
                            }
                            throw (RuntimeException) failure;
                        },
                        Duration.ofSeconds(1))
                .read(MAIL);
    }
}
