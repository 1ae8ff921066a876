package dev.mailroom.inbox;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** Counts what goes to the database: statements, a batch as one, and commits that somebody waits for. */
final class CountingDatabase {

    private final AtomicInteger statements = new AtomicInteger();
    private final AtomicInteger commits = new AtomicInteger();
    private final DataSource dataSource;

    CountingDatabase(DataSource target) {
        this.dataSource = (DataSource) watched(target, DataSource.class);
    }

    DataSource dataSource() {
        return dataSource;
    }

    int statements() {
        return statements.get();
    }

    int commits() {
        return commits.get();
    }

    private Object watched(Object target, Class<?> type) {
        return Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().startsWith("execute")) {
                        statements.incrementAndGet();
                    }
                    if (method.getName().equals("commit")) {
                        commits.incrementAndGet();
                    }
                    Object result;
                    try {
                        result = method.invoke(target, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    boolean isWatched = method.getName().equals("getConnection")
                            || method.getName().equals("prepareStatement")
                            || method.getName().equals("createStatement");
                    return isWatched ? watched(result, method.getReturnType()) : result;
                });
    }
}
