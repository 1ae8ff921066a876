package dev.mailroom.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupAccessTest {

    private static final Map<String, Set<String>> CONTRACTS = Map.of("open", Set.of(), "acme", Set.of("acmeTeam"));

    private final Access access = new GroupAccess(
            new RightsProperties(
                    List.of("admins", "operators", "readers"),
                    List.of("admins", "readers"),
                    List.of("admins", "operators"),
                    List.of("admins")),
            () -> key -> Optional.ofNullable(CONTRACTS.get(key)));

    @ParameterizedTest
    @CsvSource({
        "admins,    JOURNAL, true,  true,  false, true",
        "admins,    CONTENT, true,  true,  false, true",
        "admins,    OPERATE, true,  true,  false, true",
        "admins,    ADMINISTER, true, true, true, true",
        "operators, JOURNAL, true,  true,  false, false",
        "operators, CONTENT, false, false, false, false",
        "operators, OPERATE, true,  true,  false, false",
        "operators, ADMINISTER, false, false, false, false",
        "readers,   CONTENT, true,  true,  false, false",
        "readers,   OPERATE, false, false, false, false",
        "acmeTeam,  JOURNAL, false, false, false, false",
        "none,      JOURNAL, false, false, false, false"
    })
    void a_right_comes_from_the_group_and_is_narrowed_by_the_contract(
            String group, Right right, boolean withoutContract, boolean open, boolean acme, boolean unknown) {
        Caller caller = Caller.user("u", Set.of(group));

        assertThat(access.allows(caller, right)).isEqualTo(withoutContract);
        assertThat(access.allows(caller, right, null)).isEqualTo(withoutContract);
        assertThat(access.allows(caller, right, "open")).isEqualTo(open);
        assertThat(access.allows(caller, right, "acme")).isEqualTo(acme);
        assertThat(access.allows(caller, right, "deleted")).isEqualTo(unknown);
    }

    @Test
    void the_team_of_a_contract_with_the_right_sees_it() {
        Caller team = Caller.user("u", Set.of("operators", "acmeTeam"));

        assertThat(access.allows(team, Right.OPERATE, "acme")).isTrue();
        assertThat(access.allows(team, Right.CONTENT, "acme")).isFalse();
    }

    @Test
    void mailroom_itself_may_do_everything() {
        assertThat(access.allows(Caller.SYSTEM, Right.CONTENT, "acme")).isTrue();
    }
}
