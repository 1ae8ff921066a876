package dev.mailroom.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rules of the house: packages by feature, arrows one way. Each says why. */
@AnalyzeClasses(packages = "dev.mailroom", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseRulesTest {

    @ArchTest
    static final ArchRule the_engine_stays_at_the_edge = noClasses()
            .that()
            .resideOutsideOfPackages("..camunda..", "..webapp..", "..server..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.camunda..")
            .because("a fork of the engine must cost a rename in two packages, not a rewrite");

    @ArchTest
    static final ArchRule mail_protocols_stay_where_mail_is_moved = noClasses()
            .that()
            .resideOutsideOfPackages("..transport..", "..mailstore..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.mail..", "org.eclipse.angus..")
            .because("its checked exceptions and global settings must not leak into the rest");

    @ArchTest
    static final ArchRule tables_stay_where_rows_live = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "..database..", "..registry..", "..journal..", "..outbox..", "..inbox..", "..camunda..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.springframework.jdbc..")
            .because("who changes a row must stand beside the rule that allows it");

    @ArchTest
    static final ArchRule nothing_depends_on_jpa = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.persistence..", "org.hibernate..")
            .because("a host's entities and ddl-auto must never reach our tables (ADR 2)");

    @ArchTest
    static final ArchRule http_stays_in_webapp = noClasses()
            .that()
            .resideOutsideOfPackages("..webapp..", "..server..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.ws.rs..", "jakarta.servlet..")
            .because("an application without engine-rest must still send and receive");

    @ArchTest
    static final ArchRule nobody_needs_the_edges = noClasses()
            .that()
            .resideOutsideOfPackages("..camunda..", "..webapp..", "..server..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.mailroom.camunda..", "dev.mailroom.webapp..", "dev.mailroom.server..")
            .because("adapters know the house, the house does not know its adapters");

    @ArchTest
    static final ArchRule sending_and_receiving_never_meet = noClasses()
            .that()
            .resideInAnyPackage("..outbox..", "..transport..", "..composition..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..inbox..", "..mailstore..", "..routing..")
            .because("a fault in one direction must never stop the other");

    @ArchTest
    static final ArchRule receiving_and_sending_never_meet = noClasses()
            .that()
            .resideInAnyPackage("..inbox..", "..mailstore..", "..routing..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..outbox..", "..transport..")
            .because("a fault in one direction must never stop the other");

    @ArchTest
    static final ArchRule words_know_nothing_else = classes()
            .that()
            .resideInAPackage("..message..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "javax.crypto..", "dev.mailroom.message..", "org.jspecify..")
            .because("the words of mail are read by everyone and must cost nothing");

    @ArchTest
    static final ArchRule no_circles =
            slices().matching("dev.mailroom.(*)..").should().beFreeOfCycles().because("arrows run one way");

    @ArchTest
    static final ArchRule boot_stays_in_the_wiring = noClasses()
            .that()
            .haveSimpleNameNotEndingWith("AutoConfiguration")
            .and()
            .haveSimpleNameNotEndingWith("Properties")
            .and()
            .areNotMemberClasses()
            .and()
            .doNotImplement(org.springframework.boot.env.EnvironmentPostProcessor.class)
            .and()
            .resideOutsideOfPackages("..server..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework.boot..")
            .because("the forks of the engine sit on other majors of Spring Boot");

    @ArchTest
    static final ArchRule measuring_is_optional = noClasses()
            .that()
            .resideOutsideOfPackages("..server..")
            .and()
            .haveNameNotMatching(".*\\.signals\\.(MetricsAuto|HealthAuto|MailMetrics|MailboxGauges).*")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.micrometer..", "org.springframework.boot.actuate..")
            .because("a host application without the actuator must start as before");

    @ArchTest
    static final ArchRule names_say_what_things_are = classes()
            .should(com.tngtech.archunit.lang.conditions.ArchConditions.not(
                    com.tngtech.archunit.lang.conditions.ArchConditions.have(
                            com.tngtech.archunit.base.DescribedPredicate.describe(
                                    "a name ending in Util, Utils, Helper, Manager, Common or Impl",
                                    (JavaClass c) ->
                                            c.getSimpleName().matches(".*(Util|Utils|Helper|Manager|Common|Impl)")))))
            .because("such a name hides a missing concept");
}
