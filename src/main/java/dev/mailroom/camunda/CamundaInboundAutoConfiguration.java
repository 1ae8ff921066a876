package dev.mailroom.camunda;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailroom.composition.OpeningMail;
import dev.mailroom.database.MailroomSchema;
import dev.mailroom.inbox.MailboxLeases;
import dev.mailroom.journal.Journal;
import dev.mailroom.journal.MailContent;
import dev.mailroom.mailstore.MessageReader;
import dev.mailroom.registry.NodeProperties;
import dev.mailroom.routing.AttachmentVariables;
import dev.mailroom.routing.ProcessGateway;
import java.time.Clock;
import javax.sql.DataSource;
import org.camunda.bpm.engine.ProcessEngine;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** Wires receiving to the engine. */
@AutoConfiguration(
        afterName = "org.camunda.bpm.spring.boot.starter.CamundaBpmAutoConfiguration",
        beforeName = "dev.mailroom.inbox.InboxAutoConfiguration")
@EnableConfigurationProperties(CaseNumberProperties.class)
class CamundaInboundAutoConfiguration {

    /** Static: the plugin is asked for before most other beans exist. */
    @Bean
    static InboundEnginePlugin mailroomInboundEnginePlugin(ApplicationEventPublisher events) {
        return new InboundEnginePlugin(events);
    }

    @Bean
    @ConditionalOnMissingBean
    ProcessGateway mailroomProcessGateway(
            ProcessEngine engine,
            DataSource dataSource,
            MailroomSchema schema,
            PlatformTransactionManager transactions,
            Clock clock,
            CaseNumberProperties caseNumber,
            AttachmentVariables attachments,
            ArrivalInProgress arrival) {
        TransactionTemplate newTransaction = new TransactionTemplate(transactions);
        newTransaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        return new EngineProcessGateway(
                engine,
                new EmailVariables(new ObjectMapper(), attachments),
                new CaseNumbers(JdbcClient.create(dataSource), newTransaction, clock, caseNumber.format()),
                arrival);
    }

    @Bean
    @ConditionalOnMissingBean
    MailboxLeases mailroomMailboxLeases(
            ProcessEngine engine,
            DataSource dataSource,
            MailroomSchema schema,
            PlatformTransactionManager transactions,
            Clock clock,
            NodeProperties node) {
        return new EngineMailboxLeases(
                engine.getExternalTaskService(),
                new TransactionTemplate(transactions),
                new ReadingNodes(JdbcClient.create(dataSource), clock),
                node.nameOrHost());
    }

    @Bean
    @ConditionalOnMissingBean
    OpeningMail mailroomOpeningMail(
            Journal journal, MailContent content, MessageReader reader, ArrivalInProgress arrival) {
        return new JournalOpeningMail(journal, content, reader, arrival);
    }

    @Bean
    ArrivalInProgress mailroomArrivalInProgress() {
        return new ArrivalInProgress();
    }
}
