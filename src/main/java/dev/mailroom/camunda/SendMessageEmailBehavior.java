package dev.mailroom.camunda;

import dev.mailroom.composition.ComposedMail;
import dev.mailroom.composition.CompositionException;
import dev.mailroom.composition.SendOrder;
import dev.mailroom.journal.JournalEntry.Links;
import dev.mailroom.journal.JournalEntry.Reason;
import dev.mailroom.journal.Origin;
import dev.mailroom.message.MailId;
import dev.mailroom.outbox.DeliveryQueue;
import dev.mailroom.outbox.NewMail;
import dev.mailroom.outbox.SendOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.camunda.bpm.engine.impl.bpmn.behavior.ExternalTaskActivityBehavior;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.ExternalTaskEntity;
import org.camunda.bpm.engine.impl.pvm.delegate.ActivityExecution;
import org.jspecify.annotations.Nullable;

/**
 * What the task does: composes the mail, writes it into the outbox and waits as an external task in its mailbox's lane,
 * all in the engine's transaction. A mail that cannot be composed leaves an incident at the task, never an exception for
 * whoever started the instance. Internal API of the engine: an external task whose topic is known only after composing
 * cannot be modelled.
 */
public final class SendMessageEmailBehavior extends ExternalTaskActivityBehavior {

    private final EmailTask task;
    private final Set<String> reserved;
    private final Supplier<Mailing> mailing;

    /** @param reserved results that the task's output parameters name as plain variables */
    SendMessageEmailBehavior(EmailTask task, Set<String> reserved, Supplier<Mailing> mailing) {
        super(null, null);
        this.task = task;
        this.reserved = reserved;
        this.mailing = mailing;
    }

    @Override
    public void execute(ActivityExecution activityExecution) {
        ExecutionEntity execution = (ExecutionEntity) activityExecution;
        Draft draft;
        try {
            draft = draft(execution, MailId.next());
        } catch (CompositionException e) {
            TaskOutputs.reserve(execution, reserved);
            park(execution, e);
            return;
        }
        // Not before: the letter may name the results of an earlier task.
        TaskOutputs.reserve(execution, reserved);
        if (draft.queuedIsEnough()) {
            enqueueDetached(execution, draft);
        } else {
            draft.letters().forEach(letter -> enqueue(execution, draft, letter));
        }
    }

    /** Each mail has a place in the queue of its own: several mails of one task are several external tasks. */
    private void enqueue(ExecutionEntity execution, Draft draft, Letter letter) {
        ExternalTaskEntity waiting = ExternalTaskEntity.createAndInsert(execution, lane(draft), draft.priority());
        mailing.get().outbox().enqueue(draft.mail(letter, EngineOrigin.of(execution, waiting.getId())));
    }

    /** Goes on when the last of the mails has left the queue; nothing else may pass by one that waits. */
    @Override
    public void signal(ActivityExecution execution, String signalName, Object signalData) throws Exception {
        if (((ExecutionEntity) execution).getExternalTasks().isEmpty()) {
            super.signal(execution, signalName, signalData);
        }
    }

    /** @param place among several, from 1; 0 = the only one */
    private record Letter(MailId id, ComposedMail composed, int place) {}

    /** The mails of now, not yet written anywhere; all through one mailbox. */
    private record Draft(
            List<Letter> letters,
            SendOptions options,
            long priority,
            boolean queuedIsEnough,
            @Nullable String tenantId) {

        Letter first() {
            return letters.get(0);
        }

        String mailbox() {
            return first().composed().mailbox().key();
        }

        NewMail mail(Letter letter, Origin origin) {
            ComposedMail composed = letter.composed();
            return new NewMail(
                    letter.id(),
                    composed.message(),
                    composed.mailbox(),
                    composed.contract(),
                    composed.outboxChoice().name(),
                    tenantId,
                    composed.conversation(),
                    origin,
                    origin.externalTaskId() == null ? options : options.at(letter.place()),
                    priority,
                    new Links(null, null, composed.answerTo()));
        }
    }

    private Draft draft(ExecutionEntity execution, MailId id) throws CompositionException {
        Mailing tools = mailing.get();
        SendOrder order = task.order(execution, tools.contractVariable());
        ComposedMail composed =
                tools.composer().compose(id, order, new ExecutionCaseFile(execution, tools.openingMail()));
        return new Draft(
                task.isOneMailToEach(execution)
                        ? letters(tools.composer().toEach(id, composed))
                        : List.of(new Letter(id, composed, 0)),
                task.options(execution, composed.notes()),
                task.priority(execution),
                task.isQueuedEnough(execution),
                execution.getTenantId());
    }

    private static List<Letter> letters(Map<MailId, ComposedMail> mails) {
        List<Letter> letters = new ArrayList<>();
        mails.forEach(
                (id, composed) -> letters.add(new Letter(id, composed, mails.size() == 1 ? 0 : letters.size() + 1)));
        return letters;
    }

    private static String lane(Draft draft) {
        return MailroomModels.LANE_PREFIX + draft.mailbox();
    }

    private void enqueueDetached(ExecutionEntity execution, Draft draft) {
        Origin origin = EngineOrigin.of(execution, null);
        draft.letters().forEach(letter -> mailing.get().outbox().enqueueDetached(draft.mail(letter, origin)));
        Letter first = draft.first();
        TaskOutputs.set(
                execution,
                new DeliveryQueue.Result(
                        first.id(),
                        first.composed().message().messageId().value(),
                        "QUEUED",
                        List.of(),
                        draft.mailbox()));
        leave(execution);
    }

    private void park(ExecutionEntity execution, CompositionException fault) {
        ExternalTaskEntity waiting = ExternalTaskEntity.createAndInsert(execution, MailroomModels.COMPOSE_TOPIC, 0);
        mailing.get()
                .outbox()
                .enqueueUncomposed(
                        MailId.next(),
                        EngineOrigin.of(execution, waiting.getId()),
                        contractForRecord(execution),
                        execution.getTenantId(),
                        new Reason(fault.code(), fault.getMessage()),
                        SendOptions.DEFAULT);
        waiting.failed(fault.getMessage(), null, 0, 0, null, null);
    }

    private @Nullable String contractForRecord(ExecutionEntity execution) {
        try {
            String variable = mailing.get().contractVariable();
            return ContractVariable.key(variable, execution.getVariable(variable));
        } catch (CompositionException unreadable) {
            return null;
        }
    }

    /**
     * Somebody retried a mail that could not be composed: tries with the values of now. A mail whose process need only
     * wait for the queue waits at its task this time: its row is there already.
     */
    void recompose(ExternalTaskEntity waiting) {
        ExecutionEntity execution = waiting.getExecution();
        MailId id = mailing.get().outbox().uncomposedAt(waiting.getId());
        try {
            TaskOutputs.release(execution, reserved);
            Draft draft = draft(execution, id);
            mailing.get()
                    .outbox()
                    .composedAtLast(draft.mail(draft.first(), EngineOrigin.of(execution, waiting.getId())));
            draft.letters().stream().skip(1).forEach(letter -> enqueue(execution, draft, letter));
            waiting.setTopicName(lane(draft));
            waiting.setPriority(draft.priority());
            waiting.unlock();
        } catch (CompositionException fault) {
            mailing.get().outbox().stillUncomposed(id, new Reason(fault.code(), fault.getMessage()));
            waiting.failed(fault.getMessage(), null, 0, 0, null, null);
        } finally {
            TaskOutputs.reserve(execution, reserved);
        }
    }
}
