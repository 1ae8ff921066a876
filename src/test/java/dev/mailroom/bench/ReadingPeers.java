package dev.mailroom.bench;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.camunda.bpm.engine.RuntimeService;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanWrapperImpl;
import org.springframework.context.support.GenericXmlApplicationContext;
import org.springframework.core.io.ByteArrayResource;

/**
 * Others that wait for mail with IDLE and start a process with it. Their classes are there with the profile bench only,
 * so they are set up as text and by name.
 */
final class ReadingPeers {

    private final RuntimeService runtime;
    private final String process;
    private final More more;
    private int fetchSize = 16_384;
    private boolean closesFolder = true;

    ReadingPeers(BenchServer server, String process) {
        this(server.engine().getRuntimeService(), process, mail -> Map.of());
    }

    /** @param more what else becomes variables */
    ReadingPeers(RuntimeService runtime, String process, More more) {
        this.runtime = runtime;
        this.process = process;
        this.more = more;
    }

    /**
     * For those who read attachments: Spring Integration leaves the folder open for it.
     *
     * @param bytes asked for at once; 16,384 when not set
     */
    ReadingPeers readingAttachments(int bytes) {
        fetchSize = bytes;
        closesFolder = false;
        return this;
    }

    /** Looks at a mail: a {@code MimeMessage}, or the extension's {@code Mail}. */
    @FunctionalInterface
    interface More {
        Map<String, Object> of(Object mail) throws Exception;
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
                    <prop key="mail.%1$s.fetchsize">%4$d</prop>
                  </util:properties>
                  <int:channel id="arrived"/>
                  <mail:imap-idle-channel-adapter channel="arrived" store-uri="%1$s://%3$s:secret@127.0.0.1:%2$d/INBOX"
                      should-delete-messages="false" should-mark-messages-as-read="true" auto-startup="true"
                      auto-close-folder="%5$s"
                      java-mail-properties="mailProperties"/>
                  <int:service-activator input-channel="arrived" ref="starter" method="arrived"/>
                </beans>
                """.formatted(protocol, port, user, fetchSize, closesFolder);
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
                    mail,
                    mail.getMessageID(),
                    String.valueOf(mail.getFrom()[0]),
                    mail.getSubject(),
                    String.valueOf(mail.getContent()));
        }
    }

    /** The listener of camunda-bpm-mail; it leaves attachments where they are. */
    AutoCloseable camundaMail(int port, String user) throws ReflectiveOperationException {
        return camundaMail(port, user, null);
    }

    /** @param attachments the folder for them */
    AutoCloseable camundaMail(int port, String user, @Nullable Path attachments) throws ReflectiveOperationException {
        String base = "org.camunda.bpm.extension.mail.";
        Properties settings = new Properties();
        settings.setProperty("mail.store.protocol", "imaps");
        settings.setProperty("mail.imaps.host", "127.0.0.1");
        settings.setProperty("mail.imaps.port", String.valueOf(port));
        settings.setProperty("mail.imaps.ssl.trust", "127.0.0.1");
        settings.setProperty("mail.imaps.fetchsize", String.valueOf(fetchSize));
        settings.setProperty("mail.user", user);
        settings.setProperty("mail.password", "secret");
        Class.forName(base + "config.JakartaMailProperties")
                .getMethod("set", Properties.class)
                .invoke(null, settings);
        BeanWrapperImpl configuration = new BeanWrapperImpl(Class.forName(base + "config.PropertiesMailConfiguration"));
        configuration.setPropertyValue("pollFolder", "INBOX");
        configuration.setPropertyValue("downloadAttachments", attachments != null);
        configuration.setPropertyValue("attachmentPath", String.valueOf(attachments));
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
                mail,
                String.valueOf(read.getPropertyValue("messageId")),
                String.valueOf(read.getPropertyValue("from")),
                String.valueOf(read.getPropertyValue("subject")),
                String.valueOf(read.getPropertyValue("text")));
    }

    private void start(Object mail, String messageId, String from, String subject, String text) {
        Map<String, Object> variables = new HashMap<>();
        variables.put("emailFrom", from);
        variables.put("emailSubject", subject);
        variables.put("emailText", text.length() > 4000 ? text.substring(0, 4000) : text);
        try {
            variables.putAll(more.of(mail));
        } catch (Exception e) {
            // They keep it to themselves.
            e.printStackTrace(System.out);
            throw new IllegalStateException(e);
        }
        runtime.startProcessInstanceByKey(process, messageId, variables);
    }
}
