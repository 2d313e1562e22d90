package dev.molink.controlplane.admission;

import dev.molink.controlplane.admission.LocalShares.Pending;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Keeps the shares of this gateway: prolongs its lease, fills shares up before they are empty, gives back what others want
 * or nobody needs, and returns what dead gateways held. All of it is work of one thread; {@link #work} is one round.
 */
final class LimitKeeper implements AutoCloseable {

    static final Duration ROUND = Duration.ofMillis(250);
    private static final Logger LOG = LoggerFactory.getLogger(LimitKeeper.class);
    private static final Duration RENEWAL = Duration.ofSeconds(1);
    private static final Duration FORGETTING = Duration.ofMinutes(1);
    /** For how long somebody's want counts: longer than a request waits. */
    private static final Duration LATELY = Duration.ofSeconds(2);
    /** How long before its beginning a share of the next window is taken. */
    private static final Duration AHEAD = Duration.ofSeconds(2);
    /** Between rounds while somebody waits for what others return. */
    private static final Duration PAUSE = Duration.ofMillis(50);

    private static final int MAX_AT_ONCE = 200;
    private static final long CLOSE_MILLIS = 2_000;

    private final String gatewayId;
    private final LocalShares shares;
    private final BoundStore store;
    private final DatabaseTime time;
    private final Windows windows;
    private final LimitBook book;
    private final Wallets wallets;
    private final RunningLeases leases;
    private final SettlementActivity settlements;
    private final Duration expiry;
    private volatile boolean closed;
    private @Nullable Thread thread;

    // of the keeper's thread
    private boolean begun;
    private long renewedNanos;
    private long roundNanos;
    private long forgottenNanos;
    private final Map<String, Seen> seen = new HashMap<>();
    private int gateways = 1;
    private boolean answering = true;

    /** A gateway's row, and since when it has been like that. */
    private record Seen(Instant expiresAt, long sinceNanos) {}

    LimitKeeper(
            String gatewayId,
            LocalShares shares,
            BoundStore store,
            DatabaseTime time,
            Windows windows,
            LimitBook book,
            Wallets wallets,
            RunningLeases leases,
            SettlementActivity settlements,
            Duration expiry) {
        this.gatewayId = gatewayId;
        this.shares = shares;
        this.store = store;
        this.time = time;
        this.windows = windows;
        this.book = book;
        this.wallets = wallets;
        this.leases = leases;
        this.settlements = settlements;
        this.expiry = expiry;
    }

    /** Works until it is closed. */
    void run() {
        try {
            while (!closed) {
                boolean somebodyWaits = work();
                if (somebodyWaits) {
                    Thread.sleep(PAUSE);
                }
                shares.awaitWork(ROUND.toNanos());
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        leave();
    }

    /** Does what is due; whether somebody still lacks something afterwards. */
    boolean work() {
        shares.asking();
        try {
            long now = time.nanos();
            if (!begun || now - renewedNanos >= RENEWAL.toNanos()) {
                renew();
            }
            if (!begun || now - roundNanos >= ROUND.toNanos()) {
                roundNanos = now;
                round();
            }
            begun = true;
            boolean lacking = exchange();
            answers();
            return lacking;
        } catch (LostSharesException lost) {
            LOG.warn("{}", lost.getMessage());
            shares.lost();
            begun = false;
        } catch (DataAccessException | TransactionException unreachable) {
            shares.unreachable();
            interrupted(time.nanos());
            silent(unreachable);
        } catch (RuntimeException failed) {
            LOG.error("a round of the limits' keeper failed", failed);
        } finally {
            shares.asked();
        }
        return false;
    }

    private void renew() {
        long asked = time.nanos();
        // a renewal that came late, as when the database held up the last one without failing
        if (!begun || asked - renewedNanos > expiry.toNanos() / 2) {
            interrupted(asked);
        }
        time.observe(store.time(), asked);
        Instant now = time.now();
        if (!store.renew(gatewayId, expiresAt(now.plus(expiry)))) {
            shares.lost();
        }
        renewedNanos = asked;
        shares.renewed(asked + expiry.toNanos());
        sweep(asked);
        if (!begun || asked - forgottenNanos >= FORGETTING.toNanos()) {
            forgottenNanos = asked;
            store.forgetObsolete(now);
        }
        wallets.refresh();
        leases.expire(asked);
    }

    /** The database was not there for this gateway, so maybe for none: what it did not show meanwhile proves nothing. */
    private void interrupted(long nowNanos) {
        seen.clear();
        leases.hindered(nowNanos);
    }

    /**
     * Whose row has not changed for a whole lease, by the monotonic clock of this gateway, while the database answered all
     * the time, is dead.
     */
    private void sweep(long nowNanos) {
        Map<String, Instant> holders = store.holders();
        seen.keySet().retainAll(holders.keySet());
        gateways = Math.max(1, holders.size());
        holders.forEach((holder, expiresAt) -> {
            Seen last = seen.get(holder);
            if (last == null || !last.expiresAt().equals(expiresAt)) {
                seen.put(holder, new Seen(expiresAt, nowNanos));
            } else if (!holder.equals(gatewayId) && nowNanos - last.sinceNanos() > expiry.toNanos()) {
                store.sweep(holder, expiresAt);
                LOG.info("gateway {} is gone; its shares were returned", holder);
            }
        });
    }

    /** As exact as databases keep it. */
    private static Instant expiresAt(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }

    private void round() {
        book.refresh(shares::limitsChanged);
        shares.wanted(store.wanted(gatewayId, time.now(), LATELY));
        shares.tick(windows, AHEAD);
    }

    private boolean exchange() {
        List<Pending> pending = shares.pending();
        boolean lacking = false;
        for (int from = 0; from < pending.size(); from += MAX_AT_ONCE) {
            List<Pending> part = pending.subList(from, Math.min(from + MAX_AT_ONCE, pending.size()));
            try {
                lacking |= exchange(part);
            } catch (RuntimeException failed) {
                // where not even a connection was found, nothing was done; what was not asked yet was not done either
                shares.failed(part, !(failed instanceof TransactionException));
                shares.failed(pending.subList(from + part.size(), pending.size()), false);
                throw failed;
            }
        }
        return lacking;
    }

    private boolean exchange(List<Pending> part) {
        long settlementsBefore = settlements.mark();
        List<Granted> granted = store.exchange(
                gatewayId,
                gateways,
                time.now(),
                part.stream().map(Pending::asked).toList());
        shares.granted(part, granted, settlements.quietSince(settlementsBefore));
        boolean lacking = false;
        for (int i = 0; i < part.size(); i++) {
            lacking |= part.get(i).asked().least().signum() > 0
                    && granted.get(i).amount().signum() == 0;
        }
        return lacking;
    }

    private void answers() {
        if (!answering) {
            answering = true;
            LOG.info("the database answers again; limits are exact again");
        }
    }

    private void silent(RuntimeException failure) {
        if (answering) {
            answering = false;
            LOG.warn(
                    "limits go on from what this gateway holds, the database does not answer: {}",
                    failure.getMessage());
        }
    }

    /** Others need not wait for the expiry. */
    private void leave() {
        try {
            Instant now = expiresAt(time.now());
            store.renew(gatewayId, now);
            store.sweep(gatewayId, now);
        } catch (RuntimeException unreachable) {
            LOG.debug("the shares return when their lease is over: {}", unreachable.getMessage());
        }
    }

    /** Starts the thread that does the work. */
    LimitKeeper start() {
        thread = Thread.ofPlatform().name("limits").daemon().start(this::run);
        return this;
    }

    @Override
    public void close() {
        closed = true;
        if (thread == null) {
            return;
        }
        // never interrupted: an interrupt within a write closes H2's file
        shares.wake();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
