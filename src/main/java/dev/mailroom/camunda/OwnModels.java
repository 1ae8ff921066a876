package dev.mailroom.camunda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.repository.DeploymentBuilder;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.camunda.bpm.engine.repository.ProcessDefinitionQuery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.io.support.ResourcePatternResolver;

/** Mailroom's own models: kept out of the host's deployment, deployed as its own, and its waiting instances moved on. */
final class OwnModels {

    private static final Logger LOG = LoggerFactory.getLogger(OwnModels.class);
    private static final String ROOT = "mailroom/";
    private static final String EXAMPLES = "mailroom/examples/";
    private static final List<String> LONG_LIVED =
            List.of(MailroomModels.INPUT_MAILBOX, MailroomModels.OUTPUT_MAILBOX, MailroomModels.SEND_EMAIL);

    private final ResourcePatternResolver resources = new PathMatchingResourcePatternResolver();
    private final boolean withExamples;

    OwnModels(boolean withExamples) {
        this.withExamples = withExamples;
    }

    /** The host's resources without ours: told apart by URL, since a host's own path may hold the word mailroom too. */
    Resource[] without(Resource[] ofHost) {
        try {
            Set<String> ours = new HashSet<>();
            for (Resource resource : resources.getResources("classpath*:" + ROOT + "**/*")) {
                ours.add(resource.getURL().toExternalForm());
            }
            List<Resource> rest = new ArrayList<>();
            for (Resource resource : ofHost) {
                if (!isOneOf(ours, resource)) {
                    rest.add(resource);
                }
            }
            return rest.toArray(new Resource[0]);
        } catch (IOException e) {
            throw new UncheckedIOException("The class path could not be searched for Mailroom's models", e);
        }
    }

    /** A resource that has no URL, such as one held in memory, is the host's. */
    private static boolean isOneOf(Set<String> ours, Resource resource) {
        try {
            URL url = resource.getURL();
            return ours.contains(url.toExternalForm());
        } catch (IOException noUrl) {
            return false;
        }
    }

    void deploy(ProcessEngine engine) {
        deploy(engine.getRepositoryService(), "mailroom", ROOT, "*.bpmn", "*.dmn");
        if (withExamples) {
            deploy(engine.getRepositoryService(), "mailroom-examples", EXAMPLES, "*.bpmn", "*.dmn", "*.form");
        }
        LONG_LIVED.forEach(key -> migrate(engine, key));
    }

    private void deploy(RepositoryService repository, String name, String folder, String... patterns) {
        try {
            DeploymentBuilder deployment =
                    repository.createDeployment().name(name).source("Mailroom").enableDuplicateFiltering(true);
            int files = 0;
            for (String pattern : patterns) {
                for (Resource resource : resources.getResources("classpath:" + folder + pattern)) {
                    try (InputStream content = resource.getInputStream()) {
                        deployment.addInputStream(folder + resource.getFilename(), content);
                        files++;
                    }
                }
            }
            if (files > 0) {
                deployment.deploy();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Mailroom's models in " + folder + " could not be read", e);
        }
    }

    /** Waiting instances of older versions go on in the newest; one that cannot stays where it is and keeps working. */
    private static void migrate(ProcessEngine engine, String key) {
        ProcessDefinitionQuery all = engine.getRepositoryService()
                .createProcessDefinitionQuery()
                .processDefinitionKey(key)
                .withoutTenantId();
        // The engine parses the model of each definition that it lists: a third of a second when it is the first.
        if (all.count() < 2) {
            return;
        }
        List<ProcessDefinition> versions =
                all.orderByProcessDefinitionVersion().desc().list();
        for (ProcessDefinition old : versions.subList(1, versions.size())) {
            migrate(engine, old.getId(), versions.get(0).getId());
        }
    }

    private static void migrate(ProcessEngine engine, String from, String to) {
        RuntimeService runtime = engine.getRuntimeService();
        String[] waiting = runtime.createProcessInstanceQuery().processDefinitionId(from).list().stream()
                .map(instance -> instance.getId())
                .toArray(String[]::new);
        if (waiting.length == 0) {
            return;
        }
        try {
            var plan =
                    runtime.createMigrationPlan(from, to).mapEqualActivities().build();
            runtime.newMigration(plan)
                    .processInstanceIds(Arrays.asList(waiting))
                    .execute();
            LOG.info("{} waiting instances moved from {} to {}", waiting.length, from, to);
        } catch (RuntimeException e) {
            LOG.warn("Waiting instances of {} stay there: they could not be moved to {}", from, to, e);
        }
    }
}
