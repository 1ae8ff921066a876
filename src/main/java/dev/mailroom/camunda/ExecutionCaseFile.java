package dev.mailroom.camunda;

import dev.mailroom.composition.CaseFile;
import dev.mailroom.composition.CompositionException;
import dev.mailroom.composition.OpeningMail;
import dev.mailroom.composition.OpeningMail.Correspondence;
import dev.mailroom.message.Attachment;
import dev.mailroom.message.HeaderText;
import dev.mailroom.message.MailAddress;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.camunda.bpm.engine.history.HistoricTaskInstance;
import org.camunda.bpm.engine.impl.bpmn.parser.BpmnParse;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.task.Task;
import org.camunda.bpm.engine.variable.value.BytesValue;
import org.camunda.bpm.engine.variable.value.FileValue;
import org.camunda.bpm.engine.variable.value.TypedValue;
import org.jspecify.annotations.Nullable;

/** What an instance knows, read from its variables, its history and the mail that opened it or the instance above it. */
final class ExecutionCaseFile implements CaseFile {

    private final ExecutionEntity execution;
    private final OpeningMail openingMail;
    private @Nullable List<Correspondence> mails;

    ExecutionCaseFile(ExecutionEntity execution, OpeningMail openingMail) {
        this.execution = execution;
        this.openingMail = openingMail;
    }

    @Override
    public Optional<MailAddress> requester() {
        Optional<MailAddress> named = MailAddress.tryParse(EmailValues.text(execution.getVariable("emailFrom")));
        if (named.isPresent()) {
            String name = EmailValues.text(execution.getVariable("emailFromName"));
            return named.map(address -> name == null || address.name() != null
                    ? address
                    : new MailAddress(address.address(), HeaderText.clean(name)));
        }
        return ofMails(Correspondence::opened).map(OpeningMail.Opened::sender);
    }

    @Override
    public Optional<String> initiator() {
        Object variable = execution.getProcessDefinition().getProperty(BpmnParse.PROPERTYNAME_INITIATOR_VARIABLE_NAME);
        String named = EmailValues.text(execution.getVariable(variable == null ? "initiator" : variable.toString()));
        return named != null ? Optional.of(named) : Optional.ofNullable(starter());
    }

    /** Of the history; an instance that starts in this very command is not there yet: then it is the caller. */
    private @Nullable String starter() {
        Authentication caller = configuration().getIdentityService().getCurrentAuthentication();
        var instance = asSystem(() -> configuration()
                .getHistoryService()
                .createHistoricProcessInstanceQuery()
                .processInstanceId(execution.getProcessInstanceId())
                .singleResult());
        if (instance != null) {
            return instance.getStartUserId();
        }
        return caller == null ? null : caller.getUserId();
    }

    @Override
    public Optional<String> assignee(String taskKey) {
        String instance = execution.getProcessInstanceId();
        List<Task> open = asSystem(() -> configuration()
                .getTaskService()
                .createTaskQuery()
                .processInstanceId(instance)
                .taskDefinitionKey(taskKey)
                .taskAssigned()
                .list());
        if (!open.isEmpty()) {
            return Optional.of(open.get(0).getAssignee());
        }
        List<HistoricTaskInstance> done = asSystem(() -> configuration()
                .getHistoryService()
                .createHistoricTaskInstanceQuery()
                .processInstanceId(instance)
                .taskDefinitionKey(taskKey)
                .taskAssigned()
                .orderByHistoricActivityInstanceStartTime()
                .desc()
                .listPage(0, 1));
        return done.stream().map(HistoricTaskInstance::getAssignee).findFirst();
    }

    @Override
    public Optional<List<Attachment>> files(String variable) throws CompositionException {
        TypedValue value = execution.getVariableTyped(variable);
        if (value == null || value.getValue() == null) {
            return Optional.empty();
        }
        if (value instanceof FileValue file) {
            return Optional.of(List.of(attachment(variable, file)));
        }
        if (value instanceof BytesValue bytes) {
            return Optional.of(List.of(attachment(variable, bytes.getValue())));
        }
        if (value.getValue() instanceof Iterable<?> || value.getValue() instanceof org.camunda.spin.json.SpinJsonNode) {
            return Optional.of(listed(variable, EmailValues.list(value.getValue())));
        }
        throw new CompositionException(
                "MISSING_ATTACHMENT",
                "The variable '" + variable + "' is no file but a "
                        + value.getValue().getClass().getSimpleName());
    }

    /** A list of names of file variables; one level deep, so that two lists naming each other come to an end. */
    private List<Attachment> listed(String list, List<String> names) throws CompositionException {
        List<Attachment> files = new ArrayList<>();
        for (String name : names) {
            TypedValue value = execution.getVariableTyped(name);
            if (!(value instanceof FileValue file) || file.getValue() == null) {
                throw new CompositionException(
                        "MISSING_ATTACHMENT",
                        "'" + EmailTaskRules.shortened(name) + "', named in the list '" + list
                                + "', is no file variable");
            }
            files.add(attachment(name, file));
        }
        return files;
    }

    private static Attachment attachment(String variable, FileValue file) throws CompositionException {
        try {
            HeaderText.check("The file name", file.getFilename() == null ? "" : file.getFilename());
        } catch (IllegalArgumentException controlCharacter) {
            throw new CompositionException(
                    "BAD_HEADER", "The file variable '" + variable + "': " + controlCharacter.getMessage());
        }
        InputStream bytes = file.getValue();
        long size = bytes instanceof ByteArrayInputStream held ? held.available() : -1;
        return new Attachment(
                Attachment.cleanName(file.getFilename()),
                mediaType(file.getMimeType()),
                size,
                false,
                null,
                file::getValue);
    }

    /** Without its parameters; whatever is no media type becomes that of unknown bytes. */
    private static String mediaType(@Nullable String text) {
        String type = text == null ? "" : text.split("[;\\s]", 2)[0];
        return type.matches("[!-~]+/[!-~]+") ? type : "application/octet-stream";
    }

    private static Attachment attachment(String name, byte[] bytes) {
        return new Attachment(
                Attachment.cleanName(name),
                "application/octet-stream",
                bytes.length,
                false,
                null,
                dev.mailroom.message.ByteSource.of(bytes));
    }

    @Override
    public Optional<String> openedThrough() {
        String variable = EmailValues.text(execution.getVariable("emailMailbox"));
        return variable != null
                ? Optional.of(variable)
                : ofMails(Correspondence::opened).map(OpeningMail.Opened::mailbox);
    }

    @Override
    public Optional<List<Attachment>> openingAttachments() {
        return mails().stream()
                .filter(mails -> mails.opened().isPresent())
                .findFirst()
                .map(Correspondence::attachments);
    }

    @Override
    public Optional<OpeningMail.Thread> conversation() {
        return ofMails(Correspondence::thread);
    }

    private <T> Optional<T> ofMails(Function<Correspondence, Optional<T>> lookup) {
        return mails().stream().map(lookup).flatMap(Optional::stream).findFirst();
    }

    /** Asked for once: most instances have none, and composing wants them three times. */
    private List<Correspondence> mails() {
        if (mails == null) {
            mails = instances().stream()
                    .map(id -> EngineAccess.isBeginning(id) ? openingMail.ofNew(id) : openingMail.of(id))
                    .flatMap(Optional::stream)
                    .toList();
        }
        return mails;
    }

    /** This instance, then the one at the top that called it. */
    private Set<String> instances() {
        Set<String> ids = new LinkedHashSet<>();
        ids.add(execution.getProcessInstanceId());
        if (execution.getRootProcessInstanceId() != null) {
            ids.add(execution.getRootProcessInstanceId());
        }
        return ids;
    }

    private static ProcessEngineConfigurationImpl configuration() {
        return Context.getProcessEngineConfiguration();
    }

    private static <T> T asSystem(java.util.function.Supplier<T> work) {
        return EngineAccess.asSystem(configuration().getIdentityService(), work);
    }
}
