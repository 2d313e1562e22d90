package dev.molink.controlplane.admission;

import dev.molink.controlplane.admission.LocalShares.Outcome.Cause;
import dev.molink.controlplane.admission.Share.Want;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The shares of this gateway, in memory. Requests take from them and wait here where they lack; the keeper fills them up and
 * gives back. One lock guards everything; nothing under it waits for the database.
 *
 * <p>What is free counts only while this gateway's lease does: afterwards others may have returned it. While the database
 * does not answer, each bound has a small allowance on top.
 */
final class LocalShares {

    /** Less than a request waits. */
    private static final long PATIENCE_NANOS = 750_000_000;

    private final DatabaseTime time;
    private final LimitSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Condition asked = lock.newCondition();
    private final Map<Bound, Share> shares = new HashMap<>();
    private int waiting;
    private boolean reachable = true;
    private boolean beingAsked;
    private long askedNanos;
    private boolean somethingAsked;
    private long heldUntilNanos;

    LocalShares(DatabaseTime time, LimitSettings settings) {
        this.time = time;
        this.settings = settings;
        this.heldUntilNanos = time.nanos();
    }

    /** What came of an attempt to take. */
    sealed interface Outcome {

        /** All of it. */
        record Taken(List<Holding> holdings) implements Outcome {}

        /** Nothing, because one bound has too little. */
        record Lacking(Need need, Cause cause) implements Outcome {}

        /** Why nothing more came. */
        enum Cause {
            REACHED,
            /** So many wait already that this one did not: nobody knows what would have come back. */
            CROWDED,
            /** The database does not answer. */
            UNAVAILABLE
        }
    }

    /** What a lease holds of a share; the share is guarded by the lock. */
    record Holding(Share share, BigDecimal amount) {}

    /**
     * Takes all that is needed or nothing; waits up to {@code waitNanos} while something may come.
     *
     * @param maxWaiting the most that wait already; where there are more, it does not
     */
    Outcome take(List<Need> needs, long waitNanos, int maxWaiting) throws InterruptedException {
        lock.lock();
        try {
            long deadline = time.nanos() + waitNanos;
            Want want = null;
            Want first = null;
            while (true) {
                Need lacking = lacking(needs);
                if (lacking == null) {
                    return new Outcome.Taken(taken(needs));
                }
                Share share = share(lacking);
                if (!answering()) {
                    if (borrowed(share, lacking) || awaitsAnswer(deadline, maxWaiting)) {
                        continue;
                    }
                    return new Outcome.Lacking(lacking, Cause.UNAVAILABLE);
                }
                if (share.hopelessFor(lacking.amount(), time.nanos())) {
                    return new Outcome.Lacking(lacking, Cause.REACHED);
                }
                boolean crowded = want == null && waitNanos > 0 && waiting >= maxWaiting;
                want = ask(want, share, lacking.amount(), lacking.amount());
                if (crowded) {
                    return new Outcome.Lacking(lacking, Cause.CROWDED);
                }
                if (first == null || first.share() != share) {
                    first = want;
                }
                if (!await(deadline)) {
                    if (!answering() || (waitNanos > 0 && borrowed(share, lacking))) {
                        continue;
                    }
                    // an exchange that was under way before says nothing, and without an answer of the database nobody
                    // knows whether the limit is reached
                    boolean unanswered = waitNanos > 0 && !first.answered();
                    return new Outcome.Lacking(lacking, unanswered ? Cause.UNAVAILABLE : Cause.REACHED);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * A database that missed one call is soon back, and one that is asked by many may answer this one too late: until its
     * lease is over, a gateway goes beyond what it holds only where the others cannot use up the rest meanwhile.
     */
    private boolean borrowed(Share share, Need lacking) {
        BigDecimal fraction = settings.outageAllowance();
        return (lapsed() || share.plenty(fraction, settings.expiry())) && share.borrow(lacking.amount(), fraction);
    }

    private boolean awaitsAnswer(long deadline, int maxWaiting) throws InterruptedException {
        return !lapsed() && waiting < maxWaiting && await(deadline);
    }

    /** Takes all that is needed or nothing, at once, and asks for nothing. */
    boolean takeNow(List<Need> needs, Consumer<Holding> holder) {
        lock.lock();
        try {
            if (lacking(needs) != null) {
                return false;
            }
            taken(needs).forEach(holder);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Has the keeper look for what a stream lacks that would like {@code most} and is helped by {@code least}, both of the
     * same bounds in the same order.
     *
     * @param before what it wanted before; null: nothing
     * @return what it wants now; null: nothing
     */
    @Nullable
    Want ask(@Nullable Want before, List<Need> least, List<Need> most) {
        lock.lock();
        try {
            Need lacking = lacking(most);
            if (lacking == null || !answering()) {
                return null;
            }
            BigDecimal little = least.get(most.indexOf(lacking)).amount();
            Share share = share(lacking);
            return share.hopelessFor(little, time.nanos()) ? null : ask(before, share, little, lacking.amount());
        } finally {
            lock.unlock();
        }
    }

    /** Takes what is there, up to the amounts that are needed. */
    void takeSome(List<Need> needs, Consumer<Holding> holder) {
        lock.lock();
        try {
            for (Need need : needs) {
                Share share = share(need);
                BigDecimal amount = lapsed() ? BigDecimal.ZERO : need.amount().min(share.free());
                if (amount.signum() > 0) {
                    share.take(amount);
                    holder.accept(new Holding(share, amount));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Need lacking(List<Need> needs) {
        if (lapsed() && answering()) {
            shares.values().forEach(Share::lapse);
        }
        for (Need need : needs) {
            Share share = share(need);
            if (!share.has(need.amount())) {
                return need;
            }
        }
        return null;
    }

    private List<Holding> taken(List<Need> needs) {
        List<Holding> holdings = new ArrayList<>(needs.size());
        for (Need need : needs) {
            Share share = share(need);
            share.take(need.amount());
            holdings.add(new Holding(share, need.amount()));
        }
        return holdings;
    }

    private Share share(Need need) {
        Share share = shares.get(need.bound());
        if (share == null) {
            share = new Share(need.bound());
            shares.put(need.bound(), share);
        }
        share.capacity(need.capacity());
        return share;
    }

    /** Not again what is still to be answered: it would be granted twice. */
    private Want ask(@Nullable Want before, Share share, BigDecimal least, BigDecimal amount) {
        if (before != null && before.share() == share && before.stands()) {
            return before;
        }
        somethingAsked = true;
        asked.signal();
        return share.lack(least, amount);
    }

    private boolean await(long deadline) throws InterruptedException {
        long left = deadline - time.nanos();
        if (left <= 0) {
            return false;
        }
        waiting++;
        try {
            return awaitOnce(left);
        } finally {
            waiting--;
        }
    }

    /** The caller looks again at what it waits for. */
    @SuppressWarnings("WaitNotInLoop")
    private boolean awaitOnce(long nanos) throws InterruptedException {
        return changed.await(nanos, TimeUnit.NANOSECONDS);
    }

    /** Whether this gateway's lease is over, as far as it knows. */
    private boolean lapsed() {
        return time.nanos() - heldUntilNanos >= 0;
    }

    /** Changes what leases hold. */
    void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How a bound stands after a request, as far as this gateway knows. */
    BigDecimal remaining(Bound bound, BigDecimal capacity) {
        lock.lock();
        try {
            Share share = shares.get(bound);
            return share == null ? capacity : share.remaining().min(capacity);
        } finally {
            lock.unlock();
        }
    }

    /** Whether what is needed cannot come together before the window ends, as far as this gateway knows. */
    boolean excludes(Need need) {
        lock.lock();
        try {
            Share share = shares.get(need.bound());
            return share != null && share.excludes(need.amount());
        } finally {
            lock.unlock();
        }
    }

    /** A share and what is asked about it. */
    record Pending(Share share, Asked asked) {}

    /** Waits until a request lacks something, or for {@code nanos}. */
    void awaitWork(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (!somethingAsked && left > 0) {
                left = asked.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends a wait for work. */
    void wake() {
        lock.lock();
        try {
            somethingAsked = true;
            asked.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What this gateway wants of the database now. What it returns is not free any more. */
    List<Pending> pending() {
        lock.lock();
        try {
            somethingAsked = false;
            List<Pending> pending = new ArrayList<>();
            for (Share share : shares.values()) {
                Asked ask = share.ask();
                if (ask != null) {
                    pending.add(new Pending(share, ask));
                }
            }
            return pending;
        } finally {
            lock.unlock();
        }
    }

    /** @param certain whether no settlement changed a row meanwhile */
    void granted(List<Pending> pending, List<Granted> granted, boolean certain) {
        change(() -> {
            reachable = true;
            for (int i = 0; i < pending.size(); i++) {
                pending.get(i).share().granted(pending.get(i).asked(), granted.get(i), certain, time.nanos());
            }
        });
    }

    /** @param begun whether the database may have done it */
    void failed(List<Pending> pending, boolean begun) {
        change(() -> {
            reachable = false;
            for (Pending each : pending) {
                if (begun) {
                    each.share().unanswered();
                } else {
                    each.share().notAsked(each.asked());
                }
            }
        });
    }

    void unreachable() {
        change(() -> reachable = false);
    }

    /** The keeper begins to ask the database, which may hang. */
    void asking() {
        beingAsked(true);
    }

    /** The keeper has its answer, or knows that none comes. */
    void asked() {
        beingAsked(false);
    }

    /** Nobody waits for this alone. */
    private void beingAsked(boolean now) {
        lock.lock();
        try {
            beingAsked = now;
            askedNanos = time.nanos();
        } finally {
            lock.unlock();
        }
    }

    boolean reachable() {
        lock.lock();
        try {
            return answering();
        } finally {
            lock.unlock();
        }
    }

    /** A database that takes as long as this is as good as away. */
    private boolean answering() {
        return reachable && !(beingAsked && time.nanos() - askedNanos > PATIENCE_NANOS);
    }

    /** The lease of this gateway was prolonged. */
    void renewed(long untilNanos) {
        change(() -> {
            reachable = true;
            heldUntilNanos = untilNanos;
        });
    }

    /** The others returned everything; what leases hold is backed by nothing. */
    void lost() {
        change(() -> {
            shares.values().forEach(Share::die);
            shares.clear();
        });
    }

    /** Others found too little of these bounds. */
    void wanted(Set<String> boundIds) {
        change(() -> shares.values().stream()
                .filter(share -> boundIds.contains(share.id()))
                .forEach(Share::wanted));
    }

    /** Limits of these bounds changed: what is held was granted by others. */
    void limitsChanged(Predicate<Bound> affected) {
        change(() -> shares.values().stream()
                .filter(share -> affected.test(share.bound()))
                .forEach(share -> {
                    share.wanted();
                    share.hope();
                }));
    }

    /** A quarter of a second is over: measures the need, opens what begins soon, forgets what is over. */
    void tick(Windows windows, Duration ahead) {
        change(() -> {
            Instant now = time.now();
            List<Share> all = List.copyOf(shares.values());
            for (Share share : all) {
                share.tick();
                if (share.active() && !share.bound().over(now) && share.bound().over(now.plus(ahead))) {
                    openNext(share, windows);
                }
            }
            shares.values()
                    .removeIf(share -> share.spent()
                            && (share.bound().over(now)
                                    || (share.idle() && share.held().signum() == 0)));
        });
    }

    private void openNext(Share share, Windows windows) {
        Bound bound = share.bound();
        Bound next = windows.after(bound);
        shares.computeIfAbsent(next, fresh -> {
            Share opened = new Share(fresh);
            opened.follow(share);
            return opened;
        });
    }

    /** All shares, for tests of what they hold together. */
    List<Share> all() {
        lock.lock();
        try {
            return List.copyOf(shares.values());
        } finally {
            lock.unlock();
        }
    }
}
