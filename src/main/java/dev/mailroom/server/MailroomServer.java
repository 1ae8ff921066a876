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
        application().run(args);
    }

    /** The server, not started yet: for those who want to set more before it runs. */
    public static SpringApplication application() {
        SpringApplication server = new SpringApplication(MailroomServer.class);
        server.addInitializers(new ServerDefaults());
        return server;
    }
}
