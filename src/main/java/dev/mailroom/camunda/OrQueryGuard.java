package dev.mailroom.camunda;

import java.lang.reflect.Field;
import java.util.List;
import org.camunda.bpm.engine.BadUserRequestException;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.impl.AbstractQuery;
import org.camunda.bpm.engine.impl.HistoricProcessInstanceQueryImpl;
import org.camunda.bpm.engine.impl.HistoricTaskInstanceQueryImpl;
import org.camunda.bpm.engine.impl.ProcessInstanceQueryImpl;
import org.camunda.bpm.engine.impl.TaskQueryImpl;
import org.camunda.bpm.engine.impl.cmd.AbstractExecuteFilterCmd;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandInterceptor;
import org.springframework.util.ReflectionUtils;

/**
 * Closes CVE-2026-109432 in Camunda 7.24.0: expressions in ad-hoc queries are forbidden, but the engine looks only at the
 * outer query, and evaluated those of nested or-queries. Stands before every command of the engine, so it does not matter
 * which door the query came through. Or-queries without expressions pass.
 */
final class OrQueryGuard extends CommandInterceptor {

    private static final Field EXTENDING_QUERY = extendingQuery();

    private final boolean expressionsAllowed;

    OrQueryGuard(boolean expressionsAllowed) {
        this.expressionsAllowed = expressionsAllowed;
    }

    @Override
    public <T> T execute(Command<T> command) {
        if (!expressionsAllowed) {
            if (command instanceof AbstractQuery<?, ?> query) {
                check(query);
            } else if (command instanceof AbstractExecuteFilterCmd filter
                    && ReflectionUtils.getField(EXTENDING_QUERY, filter) instanceof AbstractQuery<?, ?> extending) {
                check(extending);
            }
        }
        return next.execute(command);
    }

    private static void check(AbstractQuery<?, ?> query) {
        for (AbstractQuery<?, ?> nested : nested(query)) {
            if (nested != query && !nested.getExpressions().isEmpty()) {
                throw new BadUserRequestException("Expressions are forbidden in or-queries of ad-hoc queries");
            }
        }
    }

    private static List<? extends AbstractQuery<?, ?>> nested(AbstractQuery<?, ?> query) {
        if (query instanceof TaskQueryImpl tasks) {
            return tasks.getQueries();
        }
        if (query instanceof ProcessInstanceQueryImpl instances) {
            return instances.getQueries();
        }
        if (query instanceof HistoricTaskInstanceQueryImpl tasks) {
            return tasks.getQueries();
        }
        if (query instanceof HistoricProcessInstanceQueryImpl instances) {
            return instances.getQueries();
        }
        return List.of();
    }

    private static Field extendingQuery() {
        Field field = ReflectionUtils.findField(AbstractExecuteFilterCmd.class, "extendingQuery");
        if (field == null) {
            throw new ProcessEngineException("This version of the engine is not known to Mailroom: the guard of"
                    + " CVE-2026-109432 does not find the query that extends a filter");
        }
        ReflectionUtils.makeAccessible(field);
        return field;
    }
}
