package org.example.shop;

import static org.assertj.core.api.Assertions.assertThat;

import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The plain jar in an application that knows nothing of it. Hibernate keeps its default: create and drop the tables. */
@SpringBootTest(
        classes = ShopApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.datasource.url=jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE",
            "camunda.bpm.job-execution.enabled=false"
        })
class MailroomInAShopIT {

    @Autowired
    RepositoryService repository;

    @Autowired
    RuntimeService runtime;

    @Autowired
    ShopOrders orders;

    @Autowired
    PlatformTransactionManager transactions;

    @Autowired
    javax.sql.DataSource dataSource;

    @Test
    void the_shop_has_its_own_process_and_mailrooms_three_and_nothing_else() {
        assertThat(repository.createProcessDefinitionQuery().latestVersion().list())
                .extracting(ProcessDefinition::getKey)
                .containsExactlyInAnyOrder(
                        "shop-order", "mailroom-input-mailbox", "mailroom-output-mailbox", "mailroom-send-email");
    }

    @Test
    void entity_process_and_mail_share_one_transaction() {
        var transaction = new TransactionTemplate(transactions);

        transaction.executeWithoutResult(status -> {
            orders.save(new ShopOrder("rolled back"));
            runtime.startProcessInstanceByKey("shop-order");
            status.setRollbackOnly();
        });
        assertThat(orders.count()).isZero();
        assertThat(mails()).isZero();

        transaction.executeWithoutResult(status -> {
            orders.save(new ShopOrder("kept"));
            runtime.startProcessInstanceByKey("shop-order");
        });
        assertThat(orders.count()).isEqualTo(1);
        assertThat(mails()).isEqualTo(1);
    }

    private int mails() {
        return JdbcClient.create(dataSource)
                .sql("select count(*) from MAILROOM_MAIL")
                .query(Integer.class)
                .single();
    }
}
