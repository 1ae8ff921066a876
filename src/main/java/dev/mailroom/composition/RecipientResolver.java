package dev.mailroom.composition;

import dev.mailroom.message.MailAddress;
import dev.mailroom.message.OutgoingMessage.Recipient;
import dev.mailroom.message.OutgoingMessage.Recipient.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who gets the mail: users, groups, addresses and roles become recipients, each person once. One use each. */
final class RecipientResolver {

    private final AddressBook addressBook;
    private final CaseFile caseFile;
    private final Contacts contacts;
    private final List<String> notes;
    private final Map<String, Recipient> found = new LinkedHashMap<>();

    /** The contacts of the contract; asked only when they are named. */
    @FunctionalInterface
    interface Contacts {
        List<MailAddress> get() throws CompositionException;
    }

    RecipientResolver(AddressBook addressBook, CaseFile caseFile, Contacts contacts, List<String> notes) {
        this.addressBook = addressBook;
        this.caseFile = caseFile;
        this.contacts = contacts;
        this.notes = notes;
    }

    List<Recipient> resolve(SendOrder.Addressees addressees) throws CompositionException {
        for (String user : addressees.users()) {
            user(user, Kind.TO);
        }
        for (String group : addressees.groups()) {
            group(group, Kind.TO);
        }
        entries(addressees.to(), Kind.TO);
        entries(addressees.cc(), Kind.CC);
        entries(addressees.bcc(), Kind.BCC);
        if (found.isEmpty()) {
            throw new CompositionException(
                    "NO_RECIPIENT", "No recipient is left: Users, Groups, To, Cc and Bcc name nobody with an address");
        }
        return List.copyOf(found.values());
    }

    private void entries(List<String> entries, Kind kind) throws CompositionException {
        for (String entry : entries) {
            entry(entry.strip(), kind);
        }
    }

    private void entry(String entry, Kind kind) throws CompositionException {
        if (entry.startsWith("user:")) {
            user(entry.substring(5).strip(), kind);
        } else if (entry.startsWith("group:")) {
            group(entry.substring(6).strip(), kind);
        } else if (entry.startsWith("assignee:")) {
            assignee(entry.substring(9).strip(), kind);
        } else if (entry.equals("requester")) {
            add(
                    caseFile.requester().orElseThrow(() -> nobody("requester", "no mail opened the process instance")),
                    kind);
        } else if (entry.equals("initiator")) {
            user(
                    caseFile.initiator().orElseThrow(() -> nobody("initiator", "no user started the process instance")),
                    kind);
        } else if (entry.equals("contacts")) {
            contacts(kind);
        } else {
            address(entry, kind);
        }
    }

    private void contacts(Kind kind) throws CompositionException {
        List<MailAddress> addresses = contacts.get();
        if (addresses.isEmpty()) {
            throw nobody("contacts", "the contract has no contacts");
        }
        addresses.forEach(address -> add(address, kind));
    }

    private void assignee(String taskKey, Kind kind) throws CompositionException {
        user(
                caseFile.assignee(taskKey)
                        .orElseThrow(() -> nobody(
                                "assignee:" + Quote.of(taskKey), "nobody has, or had, a user task with this key")),
                kind);
    }

    private void user(String id, Kind kind) throws CompositionException {
        AddressBook.Entry entry = addressBook
                .user(id)
                .orElseThrow(() -> new CompositionException(
                        "UNKNOWN_USER", "There is no user with the id '" + Quote.of(id) + "'"));
        add(
                entry.address()
                        .orElseThrow(() -> new CompositionException(
                                "USER_WITHOUT_ADDRESS",
                                "The user '" + Quote.of(id) + "' has no e-mail address in the profile")),
                kind);
    }

    private void group(String id, Kind kind) throws CompositionException {
        List<AddressBook.Entry> members = addressBook
                .members(id)
                .orElseThrow(() -> new CompositionException(
                        "UNKNOWN_GROUP", "There is no group with the id '" + Quote.of(id) + "'"));
        if (members.isEmpty()) {
            notes.add("The group '" + Quote.of(id) + "' has no members");
        }
        for (AddressBook.Entry member : members) {
            if (member.address().isPresent()) {
                add(member.address().get(), kind);
            } else {
                notes.add("The user '" + Quote.of(member.userId()) + "' of the group '" + Quote.of(id)
                        + "' has no e-mail address and was skipped");
            }
        }
    }

    private void address(String text, Kind kind) throws CompositionException {
        try {
            add(MailAddress.parse(text), kind);
        } catch (IllegalArgumentException notAnAddress) {
            throw new CompositionException(
                    "BAD_ADDRESS", title(kind) + ": '" + Quote.of(text) + "' is not an e-mail address");
        }
    }

    private void add(MailAddress address, Kind kind) {
        found.putIfAbsent(address.identity(), new Recipient(address, kind));
    }

    /** Label and name of the field, as designers know it. */
    private static String title(Kind kind) {
        return switch (kind) {
            case TO -> "To (emailTo)";
            case CC -> "Cc (emailCc)";
            case BCC -> "Bcc (emailBcc)";
        };
    }

    private static CompositionException nobody(String role, String why) {
        return new CompositionException("NO_RECIPIENT", "'" + role + "' names nobody: " + why);
    }
}
