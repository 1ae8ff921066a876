package dev.mailroom.server;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** Camunda 7 with Cockpit, Admin, Tasklist, engine-rest, and Mailroom in it. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(ServerConfiguration.class)
public class MailroomServer {

    public static void main(String[] args) {
        SpringApplication server = new SpringApplication(MailroomServer.class);
        server.addInitializers(new ServerDefaults());
        server.run(args);
    }
}
