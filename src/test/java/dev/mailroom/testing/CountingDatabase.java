package dev.mailroom.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** Counts what goes to the database: statements, a batch as one, and commits that somebody waits for. Thread-safe. */
public final class CountingDatabase {

    private final AtomicInteger statements = new AtomicInteger();
    private final AtomicInteger commits = new AtomicInteger();
    private final List<String> prepared = new CopyOnWriteArrayList<>();
    private volatile Thread worker = Thread.currentThread();
    private final DataSource dataSource;

    public CountingDatabase(DataSource target) {
        this.dataSource = (DataSource) watched(target, DataSource.class);
    }

    public DataSource dataSource() {
        return dataSource;
    }

    public int statements() {
        return statements.get();
    }

    public int commits() {
        return commits.get();
    }

    /** What is prepared by something that is done in this thread, of tables with this prefix. */
    public List<String> prepared(String tables, Runnable work) {
        // A server has threads that look at the same tables whenever it is their time.
        worker = Thread.currentThread();
        prepared.clear();
        work.run();
        return prepared.stream().filter(sql -> sql.contains(tables)).toList();
    }

    private Object watched(Object target, Class<?> type) {
        return Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().startsWith("execute")) {
                        statements.incrementAndGet();
                    }
                    if (method.getName().equals("prepareStatement") && Thread.currentThread() == worker) {
                        prepared.add(String.valueOf(arguments[0]));
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
