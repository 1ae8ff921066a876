package dev.mailroom.camunda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.composition.AddressBook;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Users, groups and roles of the engine as recipients, with authorization on. */
class RecipientsIT extends EngineIT {

    @Autowired
    AddressBook addressBook;

    private String ana;
    private String ben;
    private String sales;

    @BeforeEach
    void people() {
        ana = user("ana", "Ana", "Lima", "ana@people.example");
        ben = user("ben", "Ben", null, null);
        sales = unique("sales");
        Group group = identity.newGroup(sales);
        group.setName("Sales");
        identity.saveGroup(group);
        identity.createMembership(ana, sales);
        identity.createMembership(ben, sales);
    }

    private String user(String prefix, String firstName, String lastName, String email) {
        String id = unique(prefix);
        User user = identity.newUser(id);
        user.setFirstName(firstName);
        user.setLastName(lastName);
        user.setEmail(email);
        user.setPassword("Secret-" + id);
        identity.saveUser(user);
        return id;
    }

    @Test
    void address_book_knows_names_and_addresses() {
        assertThat(addressBook.user(ana).orElseThrow().address().orElseThrow())
                .hasToString("\"Ana Lima\" <ana@people.example>");
        assertThat(addressBook.user(ben).orElseThrow().address()).isEmpty();
        assertThat(addressBook.user("nobody")).isEmpty();
        assertThat(addressBook.members(sales).orElseThrow())
                .extracting(AddressBook.Entry::userId)
                .containsExactly(ana, ben);
        assertThat(addressBook.members("nogroup")).isEmpty();
    }

    @Test
    void a_user_who_may_only_start_the_process_still_writes_to_a_group() {
        String key = deploy(EmailXml.line(EmailXml.bare("send")
                .with("emailGroups", sales)
                .with("emailTo", "initiator")
                .with("emailSubject", "x")));
        String clerk = user("clerk", "Carl", "Clerk", "carl@people.example");
        grantStart(clerk, key);
        identity.setAuthentication(clerk, List.of());

        ProcessInstance instance = start(key, Map.of());

        assertThat(identity.getCurrentAuthentication().getUserId()).isEqualTo(clerk);
        identity.clearAuthentication();
        assertThat(recipients(mail(instance))).containsExactly("ana@people.example", "carl@people.example");
    }

    private void grantStart(String userId, String key) {
        Authorization definition =
                engine.getAuthorizationService().createNewAuthorization(Authorization.AUTH_TYPE_GRANT);
        definition.setUserId(userId);
        definition.setResource(Resources.PROCESS_DEFINITION);
        definition.setResourceId(key);
        definition.addPermission(Permissions.CREATE_INSTANCE);
        engine.getAuthorizationService().saveAuthorization(definition);
        Authorization instance = engine.getAuthorizationService().createNewAuthorization(Authorization.AUTH_TYPE_GRANT);
        instance.setUserId(userId);
        instance.setResource(Resources.PROCESS_INSTANCE);
        instance.setResourceId("*");
        instance.addPermission(Permissions.CREATE);
        engine.getAuthorizationService().saveAuthorization(instance);
    }

    @Test
    void starter_and_assignee_are_found_after_a_user_task() {
        String key = deploy(EmailXml.line(
                "<userTask id=\"approve\" camunda:assignee=\"" + ana + "\"/>",
                EmailXml.bare("send")
                        .with("emailTo", "assignee:approve, initiator")
                        .with("emailSubject", "x")));
        String starter = user("starter", "S", "T", "starter@people.example");
        identity.setAuthentication(starter, List.of("camunda-admin"));
        grantlessStart(key);
        identity.clearAuthentication();
        ProcessInstance instance =
                runtime.createProcessInstanceQuery().processDefinitionKey(key).singleResult();

        engine.getTaskService()
                .complete(engine.getTaskService()
                        .createTaskQuery()
                        .processInstanceId(instance.getId())
                        .singleResult()
                        .getId());

        assertThat(recipients(mail(instance))).containsExactly("ana@people.example", "starter@people.example");
    }

    private void grantlessStart(String key) {
        start(key, Map.of());
    }

    @Test
    void requester_is_the_sender_of_the_opening_mail() {
        String key = deploy(
                EmailXml.line(EmailXml.bare("send").with("emailTo", "requester").with("emailSubject", "x")));

        ProcessInstance instance =
                start(key, variables("emailFrom", "req@customer.example", "emailFromName", "Rita\r\nBcc: x"));

        assertThat(recipients(mail(instance))).containsExactly("req@customer.example");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "\u0007", "\u0085", "\u2028", "\u2029"})
    void control_characters_in_the_name_of_the_requester_become_blanks(String control) {
        String key = deploy(
                EmailXml.line(EmailXml.bare("send").with("emailTo", "requester").with("emailSubject", "x")));

        ProcessInstance instance =
                start(key, variables("emailFrom", "req@customer.example", "emailFromName", "Rita" + control + "Reis"));

        assertThat(names(instance)).containsExactly("Rita Reis");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0007", "\u0085", "\u2028", "\u2029"})
    void control_characters_in_a_profile_keep_no_member_of_the_group_from_the_mail(String control) {
        identity.createMembership(user("cleo", "Cleo" + control + "Maria", control, "cleo@people.example"), sales);
        String key = deploy(
                EmailXml.line(EmailXml.bare("send").with("emailGroups", sales).with("emailSubject", "x")));

        assertThat(names(start(key, Map.of()))).containsExactly("Ana Lima", "Cleo Maria");
    }

    private List<String> names(ProcessInstance instance) {
        return journal.recipients(mail(instance).id()).stream()
                .map(recipient -> recipient.address().name())
                .toList();
    }

    @Test
    void user_without_address_is_an_incident_that_names_the_user() {
        String key = deploy(
                EmailXml.line(EmailXml.bare("send").with("emailUsers", ben).with("emailSubject", "x")));

        assertThat(incident(start(key, Map.of())).getIncidentMessage())
                .isEqualTo("The user '" + ben + "' has no e-mail address in the profile");
    }

    @Test
    void unknown_group_is_an_incident() {
        String key = deploy(EmailXml.line(
                EmailXml.bare("send").with("emailGroups", "nogroup").with("emailSubject", "x")));

        assertThat(incident(start(key, Map.of())).getIncidentMessage())
                .isEqualTo("There is no group with the id 'nogroup'");
    }
}
