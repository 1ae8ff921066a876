package dev.mailroom.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.jobexecutor.JobExecutor;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.Lifecycle;
import org.springframework.context.SmartLifecycle;

/**
 * How a test holds a node: {@code work} lets it start to work, or go on; {@code pause} makes it finish what it has in
 * hand and take nothing more; {@code arm POINT:n} makes a plan for its death. The node ends with its standard input.
 */
final class Leash implements SmartLifecycle, ApplicationListener<ApplicationReadyEvent> {

    private final ApplicationContext context;
    private final BufferedReader commands =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    private volatile boolean running;
    private boolean hadJobs;

    Leash(ApplicationContext context) {
        this.context = context;
    }

    /** Keeps everything that has a life of its own waiting for the first {@code work}. */
    @Override
    public void start() {
        System.out.println("NODE READY");
        if (read() == null) {
            Runtime.getRuntime().halt(1);
        }
        running = true;
    }

    /** All has been started by now, the engine's jobs last: what is to pause can be stopped. */
    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        System.out.println("NODE WORKS");
        // Not a daemon: it is what keeps the node alive.
        new Thread(this::obey, "leash").start();
    }

    private void obey() {
        for (String command = read(); command != null; command = read()) {
            if (command.equals("pause")) {
                pause();
            } else if (command.startsWith("arm ")) {
                context.getBean(CrashPlan.class).arm(command.substring(4));
                System.out.println("NODE IS ARMED");
            } else {
                goOn();
            }
        }
        Runtime.getRuntime().halt(1);
    }

    private void pause() {
        outbox().stop();
        if (jobs().isActive()) {
            jobs().shutdown();
            hadJobs = true;
        }
        System.out.println("NODE PAUSES");
    }

    private void goOn() {
        if (hadJobs) {
            jobs().start();
        }
        outbox().start();
        System.out.println("NODE WORKS");
    }

    private Lifecycle outbox() {
        return context.getBean("mailroomOutboxThreads", Lifecycle.class);
    }

    private JobExecutor jobs() {
        return ((ProcessEngineConfigurationImpl)
                        context.getBean(ProcessEngine.class).getProcessEngineConfiguration())
                .getJobExecutor();
    }

    private @Nullable String read() {
        try {
            return commands.readLine();
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }
}
