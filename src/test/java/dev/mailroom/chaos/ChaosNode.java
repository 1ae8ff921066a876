package dev.mailroom.chaos;

import dev.mailroom.transport.MailTransport;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * A node to be killed: engine and Mailroom in a JVM of its own, without web. Says {@code NODE READY} when everything is
 * built, and does what its standard input says ({@link Leash}), so that it never outlives the test. {@code crash.at} makes it die or freeze at a
 * {@link CrashPoint}. Started by {@code SpringApplication.main}; a main method here would be one too many for {@code spring-boot:test-run}.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
public class ChaosNode {

    @Bean
    static CrashPlan crashPlan(Environment environment) {
        return CrashPlan.parse(environment.getProperty("crash.at", ""));
    }

    @Bean
    static CrashingPorts crashingPorts(CrashPlan plan) {
        return new CrashingPorts(plan);
    }

    @Bean
    static CrashingReadingPorts crashingReadingPorts(CrashPlan plan) {
        return new CrashingReadingPorts(plan);
    }

    @Bean
    static BeanPostProcessor watchedPorts(CrashingPorts ports, CrashingReadingPorts readingPorts) {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                return readingPorts.watched(ports.watched(bean));
            }
        };
    }

    /** Put in after the auto-configuration has decided on the true one, which others ask for by its class. */
    @Bean
    static BeanDefinitionRegistryPostProcessor watchedTransport() {
        return new BeanDefinitionRegistryPostProcessor() {
            @Override
            public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
                registry.registerBeanDefinition(
                        "watchedMailTransport",
                        BeanDefinitionBuilder.genericBeanDefinition(WatchedTransport.class)
                                .setFactoryMethod("of")
                                .addConstructorArgReference("crashingPorts")
                                .addConstructorArgReference("mailroomMailTransport")
                                .setPrimary(true)
                                .getBeanDefinition());
            }
        };
    }

    /** Makes the bean {@code watchedMailTransport}. */
    static final class WatchedTransport {

        private WatchedTransport() {}

        static MailTransport of(CrashingPorts ports, MailTransport transport) {
            return ports.watched(transport);
        }
    }

    /** Before everything that has a life of its own. */
    @Bean
    static Leash leash(ApplicationContext context) {
        return new Leash(context);
    }
}
