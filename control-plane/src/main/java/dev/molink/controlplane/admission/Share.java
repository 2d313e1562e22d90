package dev.molink.controlplane.admission;

import dev.molink.controlplane.admission.LimitMetric.Unit;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What this gateway holds of one bound. Its row holds as much as free, surplus, reserved and used together. Guarded by the
 * lock of {@link LocalShares}.
 */
final class Share {

    private static final BigDecimal REMEMBERED = new BigDecimal("0.7");
    private static final BigDecimal FRESH = new BigDecimal("0.3");
    private static final long VERDICT_NANOS = 250_000_000;
    private static final int TICKS_TO_IDLE = 240;
    private static final BigDecimal MANY = BigDecimal.TEN;

    private final Bound bound;
    private final String id;
    private @Nullable BigDecimal capacity;

    /** Can be spent. */
    private BigDecimal free = BigDecimal.ZERO;
    /** Goes back; not to be spent, because what was done with it is not known for sure. */
    private BigDecimal surplus = BigDecimal.ZERO;
    /** By leases. */
    private BigDecimal reserved = BigDecimal.ZERO;
    /** For good; of metrics that no usage record settles. */
    private BigDecimal used = BigDecimal.ZERO;

    /** What the bound had left for everybody after the last exchange. */
    private BigDecimal left = BigDecimal.ZERO;
    /** What settlements have left of the bound, whoever holds it; null before the first exchange. */
    private @Nullable BigDecimal unsettled;

    private BigDecimal takenSinceTick = BigDecimal.ZERO;
    private BigDecimal takenPerTick = BigDecimal.ZERO;
    private int idleTicks;

    private @Nullable BigDecimal leastLacked;
    private BigDecimal lacked = BigDecimal.ZERO;
    private @Nullable BigDecimal hopeless;
    private long hopelessUntilNanos;

    private @Nullable BigDecimal allowance;
    private boolean opened;
    private boolean asking;
    private long timesAsked;
    /** How often it had been asked when the database answered last. */
    private long timesAnswered;

    private boolean wanted;
    private boolean doubtful;
    private boolean live = true;

    Share(Bound bound) {
        this.bound = bound;
        this.id = bound.id();
    }

    Bound bound() {
        return bound;
    }

    String id() {
        return id;
    }

    void capacity(@Nullable BigDecimal amount) {
        capacity = amount;
    }

    boolean has(BigDecimal amount) {
        return free.compareTo(amount) >= 0;
    }

    BigDecimal free() {
        return free;
    }

    BigDecimal reserved() {
        return reserved;
    }

    void take(BigDecimal amount) {
        free = free.subtract(amount);
        if (bound.metric().usedAtOnce()) {
            used = used.add(amount);
        } else {
            reserved = reserved.add(amount);
        }
        takenSinceTick = takenSinceTick.add(amount);
    }

    /** @param kept of {@code amount}, what was really used; it is settled by the record, or stays used */
    void settle(BigDecimal amount, BigDecimal kept) {
        if (bound.metric().usedAtOnce()) {
            return;
        }
        reserved = reserved.subtract(amount);
        free = free.add(amount.subtract(kept));
        if (!bound.metric().settledByRecords()) {
            used = used.add(kept);
        } else if (unsettled != null) {
            unsettled = unsettled.subtract(kept);
        }
    }

    /** The request that held it never ran. */
    void undo(BigDecimal amount) {
        if (bound.metric().usedAtOnce()) {
            used = used.subtract(amount);
        } else {
            reserved = reserved.subtract(amount);
        }
        free = free.add(amount);
    }

    /** Nobody said in time what became of the request that held it. */
    void abandon(BigDecimal amount) {
        if (bound.metric().forfeited()) {
            settle(amount, amount);
            return;
        }
        reserved = reserved.subtract(amount);
        surplus = surplus.add(amount);
    }

    /**
     * Somebody lacks {@code amount}, and would be helped by {@code least} already.
     *
     * @return what to hold on to, so as not to say it again while it stands
     */
    Want lack(BigDecimal least, BigDecimal amount) {
        leastLacked = leastLacked == null ? least : leastLacked.min(least);
        lacked = lacked.add(amount);
        return new Want(this, timesAsked);
    }

    /** What somebody lacks of a share. */
    record Want(Share share, long turn) {

        /** Whether it is still to be told to the database, or to be answered. */
        boolean stands() {
            return turn == share.timesAsked || (share.asking && turn == share.timesAsked - 1);
        }

        /** Whether the database has answered the exchange that took it along, or a later one. */
        boolean answered() {
            return share.timesAnswered > turn;
        }
    }

    boolean lacking() {
        return leastLacked != null;
    }

    /** Whether waiting for {@code amount} is no use, as the last exchange told. */
    boolean hopelessFor(BigDecimal amount, long nowNanos) {
        return hopeless != null && amount.compareTo(hopeless) >= 0 && nowNanos - hopelessUntilNanos < 0;
    }

    void hope() {
        hopeless = null;
    }

    /**
     * Whether {@code amount} cannot come together before the window ends, as far as this gateway knows. What leases reserve
     * may come back; of a minute it knows only what its own leases do, and a reserved request is used as good as always.
     */
    boolean excludes(BigDecimal amount) {
        BigDecimal settledFor = unsettled;
        if (settledFor == null) {
            return false;
        }
        BigDecimal here = left.add(free).add(surplus);
        BigDecimal atBest = switch (bound.metric().unit()) {
            case SLOTS -> amount;
            case REQUESTS -> here;
            case TOKENS, MONEY -> bound.metric().settledByRecords() ? settledFor : here.add(reserved);
        };
        return atBest.compareTo(amount) < 0;
    }

    /** What is left for everybody and here, as far as this gateway knows. */
    BigDecimal remaining() {
        return left.max(BigDecimal.ZERO).add(free);
    }

    /** Whether nobody uses up the bound within {@code time}, even if all the others did much more than this gateway. */
    boolean plenty(BigDecimal fraction, Duration time) {
        BigDecimal manyAllowances = allowanceOf(fraction).multiply(MANY);
        BigDecimal pace = bound.metric().unit() == Unit.SLOTS ? BigDecimal.ZERO : takenPerTick;
        BigDecimal ticks = BigDecimal.valueOf(time.dividedBy(LimitKeeper.ROUND));
        return left.compareTo(manyAllowances.max(pace.multiply(ticks).multiply(MANY))) > 0;
    }

    private BigDecimal allowanceOf(BigDecimal fraction) {
        return (capacity == null ? left.max(BigDecimal.ZERO) : capacity).multiply(fraction);
    }

    /** Makes {@code amount} free out of nothing, within the allowance of an outage. */
    boolean borrow(BigDecimal amount, BigDecimal fraction) {
        BigDecimal allowed = allowance == null ? allowanceOf(fraction) : allowance;
        BigDecimal missing = amount.subtract(free);
        if (missing.compareTo(allowed) > 0) {
            return false;
        }
        allowance = allowed.subtract(missing);
        free = free.add(missing);
        doubtful = true;
        return true;
    }

    /** This gateway may have lost what it holds to the others. */
    void lapse() {
        surplus = surplus.add(free);
        free = BigDecimal.ZERO;
        doubtful = true;
    }

    void doubt() {
        doubtful = true;
    }

    boolean doubtful() {
        return doubtful;
    }

    /** The others returned what this gateway held: what leases still do with it changes nothing. */
    void die() {
        live = false;
    }

    boolean live() {
        return live;
    }

    void wanted() {
        wanted = true;
    }

    BigDecimal held() {
        return free.add(surplus).add(reserved).add(used);
    }

    boolean spent() {
        return reserved.signum() == 0 && !lacking();
    }

    /** Not used for a minute. */
    boolean idle() {
        return idleTicks > TICKS_TO_IDLE && spent();
    }

    boolean active() {
        return takenPerTick.signum() > 0;
    }

    /** Begins as busy as {@code before} was. */
    void follow(Share before) {
        takenPerTick = before.takenPerTick;
        capacity = before.capacity;
    }

    /** A quarter of a second is over. */
    void tick() {
        idleTicks = takenSinceTick.signum() == 0 ? idleTicks + 1 : 0;
        takenPerTick = scaled(takenPerTick.multiply(REMEMBERED).add(takenSinceTick.multiply(FRESH)), false);
        takenSinceTick = BigDecimal.ZERO;
    }

    private BigDecimal scaled(BigDecimal amount, boolean up) {
        return Grant.scaled(bound.metric(), amount, up);
    }

    /** What to ask the database for, if anything; what it names as returned is not free any more. */
    @Nullable
    Asked ask() {
        BigDecimal target = scaled(takenPerTick.multiply(BigDecimal.valueOf(Asked.TICKS_AHEAD)), true);
        boolean low = free.add(free).compareTo(target) < 0;
        boolean givesBack = surplus.signum() > 0 || (free.signum() > 0 && (wanted || idle()));
        if (!lacking() && !low && !givesBack && !doubtful && !wanted) {
            return null;
        }
        BigDecimal before = held();
        BigDecimal returned = surplus;
        surplus = BigDecimal.ZERO;
        if (lacking() || wanted || idle()) {
            returned = returned.add(free);
            free = BigDecimal.ZERO;
        }
        BigDecimal comfortable =
                wanted && !lacking() ? BigDecimal.ZERO : target.subtract(free).max(BigDecimal.ZERO);
        Asked asked = new Asked(
                bound,
                id,
                capacity,
                opened,
                doubtful ? before : null,
                returned,
                leastLacked == null ? BigDecimal.ZERO : leastLacked,
                lacked,
                comfortable,
                free.signum() > 0,
                reserved.signum() > 0);
        leastLacked = null;
        lacked = BigDecimal.ZERO;
        wanted = false;
        asking = true;
        timesAsked++;
        return asked;
    }

    void granted(Asked asked, Granted granted, boolean certain, long nowNanos) {
        opened = true;
        asking = false;
        timesAnswered = timesAsked;
        free = free.add(granted.amount());
        left = granted.left();
        unsettled = granted.unsettled();
        allowance = null;
        doubtful = doubtful && !certain;
        hopeless = granted.hopeless() ? asked.least() : null;
        hopelessUntilNanos = nowNanos + VERDICT_NANOS;
    }

    /** The exchange was not even begun. */
    void notAsked(Asked asked) {
        asking = false;
        free = free.add(asked.returned());
    }

    /** Nobody knows what came of the exchange. */
    void unanswered() {
        asking = false;
        doubtful = true;
    }
}
