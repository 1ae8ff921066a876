package dev.mailroom.chaos;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;

/** An engine that gives work and never sends: it has no thread that would. Lives in the test's own JVM. */
@SpringBootConfiguration
@EnableAutoConfiguration
class Giver {

    @Bean
    static BeanDefinitionRegistryPostProcessor nobodySends() {
        return new BeanDefinitionRegistryPostProcessor() {
            @Override
            public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
                registry.removeBeanDefinition("mailroomOutboxThreads");
            }

            @Override
            public void postProcessBeanFactory(ConfigurableListableBeanFactory factory) {
                // Nothing more to take away.
            }
        };
    }
}
