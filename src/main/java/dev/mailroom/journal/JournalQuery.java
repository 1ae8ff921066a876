package dev.mailroom.journal;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Filters, all of which must hold; null or empty = any.
 *
 * @param text found in subject, sender's or recipients' address or name, without case
 * @param hiddenContracts mails of these contracts are not told
 */
public record JournalQuery(
        @Nullable Direction direction,
        Set<MailState> states,
        @Nullable String mailbox,
        @Nullable String contract,
        @Nullable String processInstanceId,
        @Nullable String businessKey,
        @Nullable String activityId,
        @Nullable String recipient,
        @Nullable String sender,
        @Nullable String messageId,
        @Nullable String conversation,
        @Nullable String text,
        @Nullable Instant since,
        @Nullable Instant until,
        @Nullable String tenantId,
        Set<String> hiddenContracts) {

    public JournalQuery {
        states = Set.copyOf(states);
        hiddenContracts = Set.copyOf(hiddenContracts);
    }

    public static final JournalQuery ALL = new JournalQuery(
            null, Set.of(), null, null, null, null, null, null, null, null, null, null, null, null, null, Set.of());

    /**
     * Mails of one process instance.
     *
     * @param direction null = both
     */
    public static JournalQuery ofInstance(@Nullable Direction direction, String processInstanceId) {
        return new JournalQuery(
                direction,
                Set.of(),
                null,
                null,
                processInstanceId,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                Set.of());
    }

    public enum SortBy {
        CREATED_AT,
        STATE,
        MAILBOX,
        CONTRACT
    }

    /**
     * @param firstResult from 0
     * @param maxResults 1 to 1,000
     */
    public record Page(int firstResult, int maxResults, SortBy sortBy, boolean ascending) {}

    public JournalQuery withStates(List<MailState> wanted) {
        return copy(Set.copyOf(wanted), hiddenContracts);
    }

    public JournalQuery hiding(Set<String> contracts) {
        return copy(states, contracts);
    }

    private JournalQuery copy(Set<MailState> newStates, Set<String> newHiddenContracts) {
        return new JournalQuery(
                direction,
                newStates,
                mailbox,
                contract,
                processInstanceId,
                businessKey,
                activityId,
                recipient,
                sender,
                messageId,
                conversation,
                text,
                since,
                until,
                tenantId,
                newHiddenContracts);
    }
}
