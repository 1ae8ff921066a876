package dev.mailroom.camunda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.BadUserRequestException;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.camunda.bpm.engine.filter.Filter;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.migration.validation.activity.SupportedActivityValidator;
import org.camunda.bpm.engine.repository.Deployment;
import org.camunda.bpm.engine.task.TaskQuery;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;

/** What the plugin does to the engine it is put into. */
class PluginIT extends EngineIT {

    @Autowired
    JavaDelegate sendMessageEmail;

    @Test
    void own_models_are_a_deployment_of_their_own_and_no_examples_are_there() {
        List<Deployment> own =
                repository.createDeploymentQuery().deploymentName("mailroom").list();

        assertThat(own)
                .singleElement()
                .satisfies(deployment -> assertThat(repository.getDeploymentResourceNames(deployment.getId()))
                        .containsExactlyInAnyOrder(
                                "mailroom/input-mailbox.bpmn",
                                "mailroom/output-mailbox.bpmn",
                                "mailroom/send-email.bpmn"));
        assertThat(repository
                        .createProcessDefinitionQuery()
                        .processDefinitionKey("service-request")
                        .count())
                .isZero();
        assertThat(repository
                        .createProcessDefinitionQuery()
                        .processDefinitionKeyLike("mailroom-%")
                        .count())
                .isEqualTo(3);
    }

    @Test
    void deploying_again_changes_nothing() {
        long before = repository.createDeploymentQuery().count();

        new OwnModels(false).deploy(engine);

        assertThat(repository.createDeploymentQuery().count()).isEqualTo(before);
    }

    @Test
    void only_exactly_our_resources_leave_the_hosts_scan() {
        Resource ours = new ClassPathResource("mailroom/send-email.bpmn");
        Resource example = new ClassPathResource("mailroom/examples/service-request.bpmn");
        Resource inFolderOfThatName = new FileSystemResource("/home/me/mailroom/target/classes/order.bpmn");
        Resource inMemory = new ByteArrayResource(new byte[0]);

        Resource[] rest = new OwnModels(false).without(new Resource[] {ours, example, inFolderOfThatName, inMemory});

        assertThat(rest).containsExactly(inFolderOfThatName, inMemory);
    }

    @Test
    void waiting_mailboxes_move_on_to_a_new_version() {
        var instance = runtime.startProcessInstanceByKey(MailroomModels.OUTPUT_MAILBOX, "moved-along");
        String before = instance.getProcessDefinitionId();
        deployAs(
                MailroomModels.OUTPUT_MAILBOX,
                EmailXml.line(
                        "<serviceTask id=\"sendMail\" camunda:type=\"external\" camunda:topic=\"mailroom-send\"/>"));

        new OwnModels(false).deploy(engine);

        assertThat(runtime.createProcessInstanceQuery()
                        .processInstanceId(instance.getId())
                        .singleResult()
                        .getProcessDefinitionId())
                .isNotEqualTo(before);
        assertThat(task(instance).getTopicName()).isEqualTo(MailroomModels.SEND_TOPIC);
        runtime.deleteProcessInstance(instance.getId(), "test");
    }

    @Test
    void behaviour_may_migrate_and_is_entered_once() {
        assertThat(SupportedActivityValidator.SUPPORTED_ACTIVITY_BEHAVIORS)
                .filteredOn(SendMessageEmailBehavior.class::equals)
                .hasSize(1);
    }

    @Test
    void errors_that_nothing_catches_do_not_end_instances_silently() {
        assertThat(((ProcessEngineConfigurationImpl) engine.getProcessEngineConfiguration())
                        .isEnableExceptionsAfterUnhandledBpmnError())
                .isTrue();
    }

    @Test
    void delegate_without_plugin_fails_with_a_sentence() {
        assertThatThrownBy(() -> sendMessageEmail.execute(
                        org.mockito.Mockito.mock(org.camunda.bpm.engine.delegate.DelegateExecution.class)))
                .hasMessageContaining("Mailroom's plugin is not installed");
    }

    // CVE-2026-109432

    private TaskQuery attack() {
        return engine.getTaskService()
                .createTaskQuery()
                .or()
                .taskAssigneeExpression("${probe.go()}")
                .taskName("x")
                .endOr();
    }

    @Test
    void expressions_in_or_queries_are_refused_by_every_door() {
        assertThatThrownBy(() -> attack().list()).isInstanceOf(BadUserRequestException.class);
        assertThatThrownBy(() -> attack().count()).isInstanceOf(BadUserRequestException.class);
        assertThatThrownBy(() -> attack().singleResult()).isInstanceOf(BadUserRequestException.class);
        assertThatThrownBy(() -> attack().listPage(0, 1)).isInstanceOf(BadUserRequestException.class);

        Filter filter = engine.getFilterService().newTaskFilter(unique("filter"));
        filter.setQuery(engine.getTaskService().createTaskQuery());
        String id = engine.getFilterService().saveFilter(filter).getId();
        assertThatThrownBy(() -> engine.getFilterService().list(id, attack()))
                .isInstanceOf(BadUserRequestException.class);
        assertThatThrownBy(() -> engine.getFilterService().count(id, attack()))
                .isInstanceOf(BadUserRequestException.class);
        engine.getFilterService().deleteFilter(id);
    }

    @Test
    void or_queries_without_expressions_and_stored_filters_with_them_work() {
        assertThat(engine.getTaskService()
                        .createTaskQuery()
                        .or()
                        .taskName("x")
                        .taskAssignee("y")
                        .endOr()
                        .list())
                .isEmpty();
        assertThatThrownBy(() -> engine.getTaskService()
                        .createTaskQuery()
                        .taskAssigneeExpression("${x}")
                        .list())
                .isInstanceOf(ProcessEngineException.class);

        Filter filter = engine.getFilterService().newTaskFilter(unique("filter"));
        filter.setQuery(engine.getTaskService().createTaskQuery().taskAssigneeExpression("${'nobody'}"));
        String id = engine.getFilterService().saveFilter(filter).getId();
        assertThat(engine.getFilterService().count(id)).isZero();
        engine.getFilterService().deleteFilter(id);
    }

    @Test
    void json_variables_work() {
        var instance = start(deploy(EmailXml.line("<userTask id=\"wait\"/>")), Map.of());

        runtime.setVariable(instance.getId(), "json", org.camunda.spin.Spin.JSON("{\"a\":1}"));

        assertThat(runtime.getVariable(instance.getId(), "json"))
                .isInstanceOf(org.camunda.spin.json.SpinJsonNode.class);
    }
}
