package dev.mailroom.server;

import dev.mailroom.access.Access;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.spring.boot.starter.property.CamundaBpmProperties;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/** What only the server has. */
@Configuration(proxyBeanMethods = false)
class ServerConfiguration {

    /** Before any other filter, the login's too. */
    @Bean
    FilterRegistrationBean<ClosedSetup> mailroomClosedSetup(CamundaBpmProperties camunda) {
        var registration = new FilterRegistrationBean<>(new ClosedSetup());
        registration.setName("mailroomClosedSetup");
        registration.addUrlPatterns(camunda.getWebapp().getApplicationPath() + "/*");
        registration.setAsyncSupported(true);
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    @Bean
    FilterRegistrationBean<ActuatorLogin> mailroomActuatorLogin(
            ProcessEngine engine, Access access, WebEndpointProperties actuator) {
        String path = actuator.getBasePath();
        var registration = new FilterRegistrationBean<>(new ActuatorLogin(engine.getIdentityService(), access, path));
        registration.setName("mailroomActuatorLogin");
        registration.addUrlPatterns(path + "/*");
        registration.setAsyncSupported(true);
        return registration;
    }

    /** Where camunda.bpm.admin-user.id is set, the engine has made that administrator already, and this finds one. */
    @Bean
    FirstAdministrator mailroomFirstAdministrator(ProcessEngine engine) {
        return new FirstAdministrator(engine, System.out::println);
    }
}
