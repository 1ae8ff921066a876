package dev.mailroom.inbox;

import dev.mailroom.message.MailId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Decides the mails of one turn on other threads while the next ones are fetched. Mails of one conversation are decided
 * one after the other, in the order they came, so that an answer finds the case of the mail it answers. For one thread.
 */
final class Deciding implements AutoCloseable {

    private final InboxProcessor processor;
    private final Executor threads;
    private List<CompletableFuture<Void>> running = List.of();

    Deciding(InboxProcessor processor, Executor threads) {
        this.processor = processor;
        this.threads = threads;
    }

    /** @param conversation Message-IDs that it bears or refers to */
    record Stored(MailId id, Set<String> conversation) {}

    /** Waits for those given before: what is on its way stays little, and later mails find the earlier ones' cases. */
    void begin(List<Stored> mails) {
        finish();
        List<List<MailId>> groups = conversations(mails);
        if (groups.size() == 1) {
            decide(groups.get(0));
            return;
        }
        running = groups.stream()
                .map(group -> CompletableFuture.runAsync(() -> decide(group), threads))
                .toList();
    }

    private void decide(List<MailId> group) {
        group.forEach(processor::process);
    }

    /** Until all are decided. */
    void finish() {
        List<CompletableFuture<Void>> all = running;
        running = List.of();
        try {
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        finish();
    }

    static List<List<MailId>> conversations(List<Stored> mails) {
        List<Conversation> all = new ArrayList<>();
        for (Stored mail : mails) {
            Conversation joined = new Conversation(new ArrayList<>(), new HashSet<>(mail.conversation()));
            List<Conversation> related = all.stream()
                    .filter(one -> !Collections.disjoint(one.ids, mail.conversation()))
                    .toList();
            related.forEach(joined::add);
            all.removeAll(related);
            joined.mails.add(mail.id());
            all.add(joined);
        }
        return all.stream().map(Conversation::mails).toList();
    }

    private record Conversation(List<MailId> mails, Set<String> ids) {
        void add(Conversation other) {
            mails.addAll(other.mails);
            ids.addAll(other.ids);
        }
    }
}
