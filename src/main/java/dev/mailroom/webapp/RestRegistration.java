package dev.mailroom.webapp;

import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.spring.boot.starter.rest.CamundaJerseyResourceConfig;
import org.glassfish.jersey.internal.inject.AbstractBinder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;

/** Adds Mailroom's two roots and its error answers to Camunda's Jersey before it starts. */
final class RestRegistration implements BeanPostProcessor {

    private final ObjectProvider<MailroomResource> resources;
    private final ObjectProvider<ProcessEngine> engine;

    RestRegistration(ObjectProvider<MailroomResource> resources, ObjectProvider<ProcessEngine> engine) {
        this.resources = resources;
        this.engine = engine;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof CamundaJerseyResourceConfig config) {
            MailroomPaths paths = new MailroomPaths(() -> resources.stream().toList());
            var root = new MailroomRoot(paths);
            var named = new NamedMailroomRoot(paths, () -> engine.getObject().getName());
            config.register(new AbstractBinder() {
                @Override
                protected void configure() {
                    bind(root).to(MailroomRoot.class);
                    bind(named).to(NamedMailroomRoot.class);
                }
            });
            config.register(MailroomRoot.class);
            config.register(NamedMailroomRoot.class);
            config.register(new ProblemMapper());
            config.register(new NotLoggedInMapper());
        }
        return bean;
    }
}
