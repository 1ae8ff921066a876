package dev.mailroom.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Somebody's Camunda application, in a JVM of its own, started by {@code SpringApplication.main}: says when it is ready,
 * ends when its input does. Without a main method, so that the example world stays the only thing to run in the tests.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
public class PlainApplication implements ApplicationListener<ApplicationReadyEvent> {

    static final String READY = "READY after ms: ";

    @Override
    public void onApplicationEvent(ApplicationReadyEvent ready) {
        System.out.println(READY + Objects.requireNonNull(ready.getTimeTaken()).toMillis());
        Thread leash = new Thread(() -> endWithInput(ready.getApplicationContext()), "leash");
        leash.setDaemon(true);
        leash.start();
    }

    private static void endWithInput(ConfigurableApplicationContext context) {
        try {
            while (System.in.read() >= 0) {
                // Ends with whoever started it.
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        context.close();
    }
}
