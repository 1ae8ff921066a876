package dev.mailroom.bench;

import java.io.IOException;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

/** Somebody's Camunda application, in a JVM of its own: says when it is ready, ends when its input does. */
@SpringBootConfiguration
@EnableAutoConfiguration
public class PlainApplication {

    static final String READY = "READY after ms: ";

    public static void main(String[] args) throws IOException {
        long begin = System.nanoTime();
        var settings = new java.util.ArrayList<>(java.util.List.of(args));
        settings.add("--server.port=0");
        settings.add("--camunda.bpm.admin-user.id=demo");
        settings.add("--camunda.bpm.admin-user.password=demo");
        var context = SpringApplication.run(PlainApplication.class, settings.toArray(String[]::new));
        System.out.println(READY + (System.nanoTime() - begin) / 1_000_000);
        while (System.in.read() >= 0) {
            // Ends with whoever started it.
        }
        context.close();
    }
}
