package dev.mailroom.server;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Camunda 7 with Cockpit, Admin, Tasklist, engine-rest, and Mailroom in it. */
@SpringBootApplication
public class MailroomServer {

    public static void main(String[] args) {
        SpringApplication.run(MailroomServer.class, args);
    }
}
