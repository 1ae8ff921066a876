package dev.mailroom.access;

import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Wires the package. */
@AutoConfiguration
@EnableConfigurationProperties(RightsProperties.class)
class AccessAutoConfiguration {

    /** The registry, which needs the rights, also knows the contracts: so it is asked for late. */
    @Bean
    @ConditionalOnMissingBean
    Access mailroomAccess(RightsProperties rights, ObjectProvider<ContractGroups> contracts) {
        return new GroupAccess(rights, () -> contracts.getIfAvailable(() -> key -> Optional.empty()));
    }
}
