package dev.mailroom.outbox;

import dev.mailroom.outbox.ConnectionShares.Share;
import dev.mailroom.outbox.ConnectionShares.Wish;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.transport.MailTransport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What this node has in common with the others: how mailboxes stand, and who holds how many connections. Thread-safe. */
final class Cluster {

    private final Lanes lanes;
    private final LaneRows rows;
    private final ConnectionShares shares;
    private final MailboxRegistry registry;
    private final MailTransport transport;
    private final Duration renewAfter;
    private final Consumer<Lane> giveBackWaiting;

    /** @param renewAfter age of a share at which it is asked for again */
    Cluster(
            Lanes lanes,
            LaneRows rows,
            ConnectionShares shares,
            MailboxRegistry registry,
            MailTransport transport,
            Duration renewAfter,
            Consumer<Lane> giveBackWaiting) {
        this.lanes = lanes;
        this.rows = rows;
        this.shares = shares;
        this.registry = registry;
        this.transport = transport;
        this.renewAfter = renewAfter;
        this.giveBackWaiting = giveBackWaiting;
    }

    /** Reads the breakers that other nodes opened or closed. */
    void learn() {
        Map<Lane, Long> before = new HashMap<>();
        lanes.all().forEach(lane -> before.put(lane, lane.breaker().changes()));
        Map<String, BreakerState> open = rows.open();
        for (String key : open.keySet()) {
            // Nothing may have come since this node was started for a mailbox that failed before.
            registry.output(key)
                    .map(mailbox -> lanes.lane(mailbox.key()))
                    .ifPresent(lane -> before.putIfAbsent(lane, 0L));
        }
        before.forEach((lane, changes) ->
                lane.breaker().learn(open.getOrDefault(LaneRows.canonical(lane.key()), BreakerState.CLOSED), changes));
    }

    /** Before mails are claimed for the lane. */
    void ensureShare(Lane lane, OutputMailbox mailbox, Instant now) {
        if (!lane.isSharedSince(now.minus(renewAfter))) {
            divide(Map.of(lane, wish(lane, mailbox.maxConnections(), true)), now);
        }
    }

    /** Renews what is held, and gives up what is neither held nor wanted any more. */
    void keepShares(Instant now) {
        Map<Lane, Wish> wishes = new HashMap<>();
        List<String> unused = new ArrayList<>();
        for (Lane lane : lanes.all()) {
            if (!lane.isShared() || lane.isSharedSince(now.minus(renewAfter))) {
                continue;
            }
            int most = registry.output(lane.key())
                    .filter(OutputMailbox::enabled)
                    .map(OutputMailbox::maxConnections)
                    .orElse(0);
            Wish wish = wish(lane, most, lane.hasWork());
            if (wish.wanted() || wish.open() > 0) {
                wishes.put(lane, wish);
            } else {
                lane.unshare();
                unused.add(lane.key());
            }
        }
        shares.leave(unused);
        divide(wishes, now);
    }

    private Wish wish(Lane lane, int most, boolean wanted) {
        return new Wish(lane.key(), most, transport.open(lane.key()), wanted);
    }

    private void divide(Map<Lane, Wish> wishes, Instant now) {
        Map<String, Share> granted = shares.divide(wishes.values(), now);
        for (Lane lane : wishes.keySet()) {
            Share share = granted.getOrDefault(LaneRows.canonical(lane.key()), new Share(0, false));
            lane.share(share.connections(), now);
            if (share.crowded()) {
                transport.trim(lane.key(), share.connections());
            }
            if (share.connections() == 0) {
                giveBackWaiting.accept(lane);
            }
        }
    }

    /** This node sends nothing any more. */
    void leave() {
        List<String> held = new ArrayList<>();
        for (Lane lane : lanes.all()) {
            if (lane.isShared()) {
                transport.forget(lane.key());
                lane.unshare();
                held.add(lane.key());
            }
        }
        shares.leave(held);
    }
}
