package dev.mailroom.webapp;

import dev.mailroom.access.Access;
import dev.mailroom.inbox.Inbox;
import dev.mailroom.journal.Journal;
import dev.mailroom.journal.MailContent;
import dev.mailroom.mailstore.MessageReader;
import dev.mailroom.outbox.Outbox;
import dev.mailroom.registry.ConnectionTests;
import dev.mailroom.registry.ContractAdministration;
import dev.mailroom.registry.DeployedProcesses;
import dev.mailroom.registry.HealthDesk;
import dev.mailroom.registry.MailboxAdministration;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.SendingSwitch;
import dev.mailroom.routing.AttachmentVariables;
import jakarta.ws.rs.core.Response;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.rest.security.auth.impl.HttpBasicAuthenticationProvider;
import org.camunda.bpm.spring.boot.starter.CamundaBpmAutoConfiguration;
import org.camunda.bpm.spring.boot.starter.rest.CamundaBpmRestJerseyAutoConfiguration;
import org.camunda.bpm.spring.boot.starter.rest.CamundaJerseyResourceConfig;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.web.servlet.JerseyApplicationPath;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Wires what is asked over HTTP: by the screens in Camunda's web applications, and by REST where Camunda's own is on the
 * class path.
 */
@AutoConfiguration(after = {CamundaBpmAutoConfiguration.class, CamundaBpmRestJerseyAutoConfiguration.class})
@ConditionalOnClass(Response.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
class WebappAutoConfiguration {

    /** The REST interface. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(CamundaJerseyResourceConfig.class)
    @EnableConfigurationProperties(RestProperties.class)
    static class EngineRest {

        /** Joins Camunda's Jersey, also where the host application brings a configuration of its own. */
        @Bean
        static BeanPostProcessor mailroomRestRegistration(
                ObjectProvider<MailroomResource> resources, ObjectProvider<ProcessEngine> engine) {
            return new RestRegistration(resources, engine);
        }

        @Bean
        FilterRegistrationBean<LoginFilter> mailroomLoginFilter(RestProperties properties, JerseyApplicationPath path) {
            var registration = new FilterRegistrationBean<>(new LoginFilter(properties.login()));
            registration.setName("mailroomLogin");
            registration.addUrlPatterns(path.getUrlMapping());
            registration.addInitParameter("authentication-provider", HttpBasicAuthenticationProvider.class.getName());
            registration.setAsyncSupported(true);
            registration.setEnabled(properties.login() != RestProperties.Login.NONE);
            return registration;
        }
    }

    @Bean
    Screens mailroomScreens(
            ObjectProvider<MailroomResource> resources, ProcessEngine engine, CallerOfRequest caller, Access access) {
        MailroomPaths paths = new MailroomPaths(() -> resources.stream().toList());
        return new Screens(paths, engine::getName, caller, access);
    }

    @Bean
    @ConditionalOnMissingBean
    DeployedProcesses mailroomDeployedProcesses(ProcessEngine engine) {
        return new EngineProcesses(engine);
    }

    @Bean
    CallerOfRequest mailroomCallerOfRequest(ProcessEngine engine) {
        return new CallerOfRequest(engine.getIdentityService());
    }

    @Bean
    MailboxResource mailroomMailboxResource(
            CallerOfRequest caller,
            MailboxAdministration mailboxes,
            ConnectionTests tests,
            HealthDesk health,
            Outbox outbox) {
        return new MailboxResource(caller, mailboxes, tests, health, outbox);
    }

    @Bean
    ContractResource mailroomContractResource(CallerOfRequest caller, ContractAdministration contracts) {
        return new ContractResource(caller, contracts);
    }

    @Bean
    HealthResource mailroomHealthResource(CallerOfRequest caller, HealthDesk health) {
        return new HealthResource(caller, health);
    }

    @Bean
    SendingResource mailroomSendingResource(CallerOfRequest caller, SendingSwitch sending) {
        return new SendingResource(caller, sending);
    }

    @Bean
    OpenApiResource mailroomOpenApiResource(CallerOfRequest caller, ObjectProvider<MailroomResource> resources) {
        return new OpenApiResource(caller, () -> resources.stream().toList());
    }

    @Bean
    EmailDesk mailroomEmailDesk(
            Journal journal,
            MailContent content,
            MessageReader reader,
            MailboxRegistry registry,
            Access access,
            Outbox outbox,
            Inbox inbox,
            AttachmentVariables variables) {
        return new EmailDesk(journal, content, reader, registry, access, new EmailDesk.Verbs(outbox, inbox), variables);
    }

    @Bean
    EmailVerbs mailroomEmailVerbs(Outbox outbox, Inbox inbox, EmailDesk desk) {
        return new EmailVerbs(outbox, inbox, desk);
    }

    @Bean
    EmailResource mailroomEmailResource(CallerOfRequest caller, EmailDesk desk, EmailVerbs verbs) {
        return new EmailResource(caller, desk, verbs);
    }

    @Bean
    ElementTemplateResource mailroomElementTemplateResource(CallerOfRequest caller, MailboxRegistry registry) {
        return new ElementTemplateResource(caller, registry);
    }
}
