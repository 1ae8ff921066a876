package dev.mailroom.composition;

import dev.mailroom.message.MailAddress;
import java.util.List;
import java.util.Optional;

/** Port: users and groups of the platform and their addresses. Looks up without the caller's authorization. */
public interface AddressBook {

    /** Empty when there is no such user. */
    Optional<Entry> user(String userId);

    /** Empty when there is no such group. */
    Optional<List<Entry>> members(String groupId);

    /** @param address empty when the profile has none, or none that can be read */
    record Entry(String userId, String fullName, Optional<MailAddress> address) {}
}
