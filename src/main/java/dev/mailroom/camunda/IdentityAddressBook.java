package dev.mailroom.camunda;

import dev.mailroom.composition.AddressBook;
import dev.mailroom.message.HeaderText;
import dev.mailroom.message.MailAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.User;

/** Users and groups of the engine, looked up without the caller's authorization. Thread-safe. */
final class IdentityAddressBook implements AddressBook {

    private final Supplier<IdentityService> identityService;

    IdentityAddressBook(Supplier<IdentityService> identityService) {
        this.identityService = identityService;
    }

    @Override
    public Optional<Entry> user(String userId) {
        return asSystem(identity -> Optional.ofNullable(
                        identity.createUserQuery().userId(userId).singleResult())
                .map(IdentityAddressBook::entry));
    }

    @Override
    public Optional<List<Entry>> members(String groupId) {
        return asSystem(identity -> identity.createGroupQuery().groupId(groupId).count() == 0
                ? Optional.empty()
                : Optional.of(identity.createUserQuery().memberOfGroup(groupId).orderByUserId().asc().list().stream()
                        .map(IdentityAddressBook::entry)
                        .toList()));
    }

    private static Entry entry(User user) {
        String name = Stream.of(user.getFirstName(), user.getLastName())
                .filter(Objects::nonNull)
                .map(part -> HeaderText.clean(part).strip())
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(" "));
        Optional<MailAddress> address = MailAddress.tryParse(user.getEmail())
                .map(bare -> bare.name() == null && !name.isEmpty() ? new MailAddress(bare.address(), name) : bare);
        return new Entry(user.getId(), name, address);
    }

    private <T> T asSystem(java.util.function.Function<IdentityService, T> work) {
        IdentityService identity = identityService.get();
        return EngineAccess.asSystem(identity, () -> work.apply(identity));
    }
}
