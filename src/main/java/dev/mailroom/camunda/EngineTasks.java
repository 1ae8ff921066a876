package dev.mailroom.camunda;

import dev.mailroom.journal.Origin;
import dev.mailroom.message.MailId;
import dev.mailroom.outbox.DeliveryQueue.Claim;
import dev.mailroom.outbox.DeliveryQueue.Completion;
import dev.mailroom.outbox.DeliveryQueue.Detached;
import dev.mailroom.outbox.DeliveryQueue.Result;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.exception.NotFoundException;
import org.camunda.bpm.engine.externaltask.ExternalTask;
import org.camunda.bpm.engine.impl.bpmn.helper.ErrorDeclarationForProcessInstanceFinder;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.cmd.CompleteExternalTaskCmd;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.ExternalTaskEntity;
import org.camunda.bpm.engine.impl.tree.ActivityExecutionHierarchyWalker;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What the public API cannot do with external tasks: several completions in one command (a third more throughput), an
 * error thrown only if it is caught, tasks passed by that another node is just taking, a lost lease as an answer instead
 * of an exception that spoils the caller's transaction. Internal API, all of it here. Each method is one command in the caller's transaction.
 */
final class EngineTasks {

    private static final String BY_HAND = "mailroom-by-hand";
    private static final String BY_ITS_ERROR = "mailroom-error";

    private final Supplier<ProcessEngine> engine;
    private final JdbcClient jdbc;

    EngineTasks(Supplier<ProcessEngine> engine, JdbcClient jdbc) {
        this.engine = engine;
        this.jdbc = jdbc;
    }

    boolean take(Claim claim, Duration lease) {
        return command(context -> {
            ExternalTaskEntity task = find(context, claim.taskId());
            if (task == null || task.isSuspended()) {
                return false;
            }
            task.lock(claim.workerId(), lease.toMillis());
            return true;
        });
    }

    /** @return those that waited under this topic and are held by the worker now */
    List<String> lock(Collection<String> taskIds, String topic, String worker, Duration lease) {
        return command(context -> {
            Set<String> nobodysNow = lockRows(context, taskIds);
            if (nobodysNow.isEmpty()) {
                return List.of();
            }
            List<ExternalTask> free = engine.get()
                    .getExternalTaskService()
                    .createExternalTaskQuery()
                    .externalTaskIdIn(nobodysNow)
                    .topicName(topic)
                    .active()
                    .notLocked()
                    .withRetriesLeft()
                    .list();
            // Asked within the command, so these are the engine's own.
            free.forEach(task -> ((ExternalTaskEntity) task).lock(worker, lease.toMillis()));
            return free.stream().map(ExternalTask::getId).toList();
        });
    }

    /**
     * Those whose rows no other transaction is changing. Nodes with the same list would else wait for each other at each
     * task, and one of them get nearly all; the engine has no such query.
     */
    private Set<String> lockRows(CommandContext context, Collection<String> taskIds) {
        String table = context.getProcessEngineConfiguration().getDatabaseTablePrefix() + "ACT_RU_EXT_TASK";
        return jdbc.sql("select ID_ from " + table + " where ID_ in (:ids) order by ID_ for update skip locked")
                .param("ids", taskIds)
                .query(String.class)
                .set();
    }

    boolean extend(Claim claim, Duration lease) {
        return command(context -> {
            ExternalTaskEntity task = held(context, claim.taskId(), claim.workerId());
            if (task == null || task.isSuspended() || isExpired(task)) {
                return false;
            }
            task.lock(claim.workerId(), lease.toMillis());
            return true;
        });
    }

    private static boolean isExpired(ExternalTaskEntity task) {
        return task.getLockExpirationTime() != null
                && task.getLockExpirationTime().before(ClockUtil.getCurrentTime());
    }

    /** A delay is a lock that nobody works under: no history row, no retry count. */
    boolean release(Claim claim, Duration delay) {
        return command(context -> {
            ExternalTaskEntity task = held(context, claim.taskId(), claim.workerId());
            if (task == null) {
                return false;
            }
            if (delay.isZero() || delay.isNegative()) {
                task.unlock();
            } else {
                task.lock(claim.workerId(), delay.toMillis());
            }
            return true;
        });
    }

    Void completeAll(List<Completion> completions) {
        return command(context -> {
            for (Completion completion : completions) {
                Claim claim = completion.claim();
                ExternalTaskEntity task = find(context, claim.taskId());
                if (task == null) {
                    throw new NotFoundException("The task " + claim.taskId() + " of a mail is gone");
                }
                complete(context, task, claim.workerId(), completion.result());
            }
            return null;
        });
    }

    private static void complete(CommandContext context, ExternalTaskEntity task, String worker, Result result) {
        boolean last = task.getExecution().getExternalTasks().size() == 1;
        Map<String, Object> locals = last ? TaskOutputs.of(task.getExecution(), result) : null;
        new CompleteExternalTaskCmd(task.getId(), worker, null, locals).execute(context);
    }

    boolean isSuspended(String taskId) {
        return command(context -> {
            ExternalTaskEntity task = find(context, taskId);
            return task != null && task.isSuspended();
        });
    }

    boolean completeByHand(String taskId, Result result) {
        return command(context -> {
            ExternalTaskEntity task = find(context, taskId);
            if (task == null) {
                return false;
            }
            takeByHand(task);
            complete(context, task, BY_HAND, result);
            return true;
        });
    }

    /** @param worker who has to hold the task; null = whoever holds it */
    boolean throwError(String taskId, @Nullable String worker, String code, String message, Result result) {
        return command(context -> {
            ExternalTaskEntity task = worker == null ? find(context, taskId) : held(context, taskId, worker);
            if (task == null || !isCaught(task.getExecution(), code)) {
                return false;
            }
            if (worker == null) {
                takeByHand(task);
            } else {
                task.setWorkerId(BY_ITS_ERROR);
            }
            // Output parameters are evaluated on this way out too.
            Map<String, Object> locals = TaskOutputs.of(task.getExecution(), result);
            if (locals != null) {
                task.getExecution().setVariablesLocal(locals);
            }
            task.bpmnError(code, message, null);
            return true;
        });
    }

    /** What became of its mail is what ends the task just now: nobody interrupts it. */
    static boolean isEndedByItsError(ExecutionEntity execution) {
        return execution.getExternalTasks().stream().anyMatch(task -> BY_ITS_ERROR.equals(task.getWorkerId()));
    }

    /** Walks the scopes as the engine does when it propagates an error, but changes nothing. */
    private static boolean isCaught(ExecutionEntity execution, String code) {
        var finder = new ErrorDeclarationForProcessInstanceFinder(null, code, execution.getActivity());
        var walker = new ActivityExecutionHierarchyWalker(execution);
        walker.addScopePreVisitor(finder);
        walker.walkUntil(element -> element == null || finder.getErrorEventDefinition() != null);
        return finder.getErrorEventDefinition() != null;
    }

    boolean retryNow(String taskId) {
        return command(context -> {
            ExternalTaskEntity task = find(context, taskId);
            if (task == null) {
                return false;
            }
            healIncident(task);
            task.unlock();
            return true;
        });
    }

    boolean parkByHand(String taskId, String message) {
        return command(context -> {
            ExternalTaskEntity task = find(context, taskId);
            if (task == null) {
                return false;
            }
            takeByHand(task);
            task.failed(message, null, 0, 0, null, null);
            return true;
        });
    }

    Origin startDetached(MailId id, String mailboxKey, Detached detached) {
        return command(context -> {
            Map<String, Object> variables = new LinkedHashMap<>();
            variables.put("mailroomMailbox", mailboxKey);
            variables.put("mailroomMailId", id.value());
            variables.put("mailroomReason", detached.reason());
            if (detached.contract() != null) {
                variables.put("contract", detached.contract());
            }
            // Without tenant: a tenant's own process of the same key must not take the mail.
            ProcessInstance instance = engine.get()
                    .getRuntimeService()
                    .createProcessInstanceByKey(MailroomModels.SEND_EMAIL)
                    .processDefinitionWithoutTenantId()
                    .businessKey(detached.businessKey())
                    .setVariables(variables)
                    .execute();
            return context.getDbEntityManager().getCachedEntitiesByType(ExternalTaskEntity.class).stream()
                    .filter(task -> instance.getId().equals(task.getProcessInstanceId()))
                    .findFirst()
                    .map(task -> {
                        task.setPriority(detached.priority());
                        return EngineOrigin.of(task.getExecution(), task.getId());
                    })
                    .orElseThrow(() -> new IllegalStateException(
                            "The process " + MailroomModels.SEND_EMAIL + " does not wait at an external task"));
        });
    }

    boolean recompose(String taskId, String worker) {
        return command(context -> {
            ExternalTaskEntity task = held(context, taskId, worker);
            if (task == null
                    || !(task.getExecution().getActivity().getActivityBehavior()
                            instanceof SendMessageEmailBehavior behavior)) {
                return false;
            }
            behavior.recompose(task);
            return true;
        });
    }

    private static void takeByHand(ExternalTaskEntity task) {
        healIncident(task);
        task.lock(BY_HAND, Duration.ofMinutes(1).toMillis());
    }

    private static void healIncident(ExternalTaskEntity task) {
        if (!task.areRetriesLeft()) {
            task.setRetriesAndManageIncidents(1);
        }
    }

    private static @Nullable ExternalTaskEntity held(CommandContext context, String taskId, String worker) {
        ExternalTaskEntity task = find(context, taskId);
        return task != null && worker.equals(task.getWorkerId()) ? task : null;
    }

    private static @Nullable ExternalTaskEntity find(CommandContext context, String taskId) {
        return context.getExternalTaskManager().findExternalTaskById(taskId);
    }

    private <T> T command(Command<T> command) {
        return ((ProcessEngineConfigurationImpl) engine.get().getProcessEngineConfiguration())
                .getCommandExecutorTxRequired()
                .execute(command);
    }
}
