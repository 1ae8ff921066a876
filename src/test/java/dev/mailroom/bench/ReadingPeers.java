package dev.mailroom.bench;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.springframework.beans.BeanWrapperImpl;
import org.springframework.context.support.GenericXmlApplicationContext;
import org.springframework.core.io.ByteArrayResource;

/**
 * Others that wait for mail with IDLE and start a process with it. Their classes are there with the profile bench only,
 * so they are set up as text and by name.
 */
final class ReadingPeers {

    private final BenchServer server;
    private final String process;

    ReadingPeers(BenchServer server, String process) {
        this.server = server;
        this.process = process;
    }

    /** Spring Integration's IDLE adapter, mails marked as seen, the instance started on its own thread. */
    AutoCloseable springIntegration(String protocol, int port, String user) {
        String xml = """
                <beans xmlns="http://www.springframework.org/schema/beans"
                    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                    xmlns:int="http://www.springframework.org/schema/integration"
                    xmlns:mail="http://www.springframework.org/schema/integration/mail"
                    xmlns:util="http://www.springframework.org/schema/util"
                    xsi:schemaLocation="http://www.springframework.org/schema/beans https://www.springframework.org/schema/beans/spring-beans.xsd
                      http://www.springframework.org/schema/util https://www.springframework.org/schema/util/spring-util.xsd
                      http://www.springframework.org/schema/integration https://www.springframework.org/schema/integration/spring-integration.xsd
                      http://www.springframework.org/schema/integration/mail https://www.springframework.org/schema/integration/mail/spring-integration-mail.xsd">
                  <util:properties id="mailProperties">
                    <prop key="mail.%1$s.ssl.trust">127.0.0.1</prop>
                  </util:properties>
                  <int:channel id="arrived"/>
                  <mail:imap-idle-channel-adapter channel="arrived" store-uri="%1$s://%3$s:secret@127.0.0.1:%2$d/INBOX"
                      should-delete-messages="false" should-mark-messages-as-read="true" auto-startup="true"
                      java-mail-properties="mailProperties"/>
                  <int:service-activator input-channel="arrived" ref="starter" method="arrived"/>
                </beans>
                """.formatted(protocol, port, user);
        GenericXmlApplicationContext context = new GenericXmlApplicationContext();
        context.getBeanFactory().registerSingleton("starter", new Starter(this));
        context.load(new ByteArrayResource(xml.getBytes(StandardCharsets.UTF_8)));
        context.refresh();
        return context;
    }

    /** Called by name. */
    public static final class Starter {
        private final ReadingPeers peers;

        Starter(ReadingPeers peers) {
            this.peers = peers;
        }

        public void arrived(MimeMessage mail) throws MessagingException, IOException {
            peers.start(
                    mail.getMessageID(),
                    String.valueOf(mail.getFrom()[0]),
                    mail.getSubject(),
                    String.valueOf(mail.getContent()));
        }
    }

    /** The listener of camunda-bpm-mail. */
    AutoCloseable camundaMail(int port, String user) throws ReflectiveOperationException {
        String base = "org.camunda.bpm.extension.mail.";
        Properties settings = new Properties();
        settings.setProperty("mail.store.protocol", "imaps");
        settings.setProperty("mail.imaps.host", "127.0.0.1");
        settings.setProperty("mail.imaps.port", String.valueOf(port));
        settings.setProperty("mail.imaps.ssl.trust", "127.0.0.1");
        settings.setProperty("mail.user", user);
        settings.setProperty("mail.password", "secret");
        Class.forName(base + "config.JakartaMailProperties")
                .getMethod("set", Properties.class)
                .invoke(null, settings);
        BeanWrapperImpl configuration = new BeanWrapperImpl(Class.forName(base + "config.PropertiesMailConfiguration"));
        configuration.setPropertyValue("pollFolder", "INBOX");
        configuration.setPropertyValue("downloadAttachments", false);
        configuration.setPropertyValue("notificationLookupTime", java.time.Duration.ofMinutes(1));
        Object mails = Class.forName(base + "service.JakartaMailService")
                .getConstructor(jakarta.mail.Session.class)
                .newInstance(session(settings));
        mails.getClass().getMethod("start").invoke(mails);
        Class<?> type = Class.forName(base + "notification.MailNotificationService");
        Object listener = type.getConstructors()[0].newInstance(configuration.getWrappedInstance(), mails);
        Consumer<Object> handler = this::arrived;
        type.getMethod("registerMailHandler", Consumer.class).invoke(listener, handler);
        type.getMethod("start").invoke(listener);
        Method stop = type.getMethod("stop");
        return () -> stop.invoke(listener);
    }

    private static jakarta.mail.Session session(Properties settings) {
        return jakarta.mail.Session.getInstance(settings, new jakarta.mail.Authenticator() {
            @Override
            protected jakarta.mail.PasswordAuthentication getPasswordAuthentication() {
                return new jakarta.mail.PasswordAuthentication(settings.getProperty("mail.user"), "secret");
            }
        });
    }

    private void arrived(Object mail) {
        BeanWrapperImpl read = new BeanWrapperImpl(mail);
        start(
                String.valueOf(read.getPropertyValue("messageId")),
                String.valueOf(read.getPropertyValue("from")),
                String.valueOf(read.getPropertyValue("subject")),
                String.valueOf(read.getPropertyValue("text")));
    }

    private void start(String messageId, String from, String subject, String text) {
        server.engine()
                .getRuntimeService()
                .startProcessInstanceByKey(
                        process,
                        messageId,
                        Map.of(
                                "emailFrom", from,
                                "emailSubject", subject,
                                "emailText", text.length() > 4000 ? text.substring(0, 4000) : text));
    }
}
