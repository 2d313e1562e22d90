package dev.molink.stagenode.batching;

/**
 * Tries other numbers of decode groups than the computed one, now and then, and keeps what gives more tokens a second.
 *
 * <p>The computation of {@link DecodeGroups} takes stages for independent and their steps for linear in rows. Stages that
 * share cores or memory bandwidth are not, and while all steps have as many rows nothing tells what a smaller one would
 * take. A trial does: the tokens of two seconds before, of two seconds with one group more or fewer, and of two seconds
 * after, so that a machine that just becomes faster is not mistaken for a better number; the first second after each
 * change counts for nothing. A trial that gains at least a twentieth is kept and the next goes on in its direction, else it
 * goes in the other; each that fails doubles the pause before the next, from 2 s to 160 s. What the computation proposes
 * anew is tried next.
 *
 * <p>Only seconds count in which nothing was prefilled and about as many sequences ran at both ends; without them the
 * computed number holds.
 */
final class GroupTrials {

    private static final int MEASURED_SECONDS = 2;
    private static final double LEAST_GAIN = 1.05;
    private static final double SAME_LOAD = 0.12;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long FIRST_PAUSE_NANOS = 2 * NANOS_PER_SECOND;
    private static final long LONGEST_PAUSE_NANOS = 160 * NANOS_PER_SECOND;

    private enum Phase {
        BEFORE,
        TRIAL,
        AFTER
    }

    private Phase phase = Phase.BEFORE;
    private int proposed;
    private boolean untried;
    private int kept;
    private int tried;
    private int direction = -1;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private long nextTrialNanos;

    private boolean prefilled;
    private long lastNanos;
    private long lastTokens;
    private int lastRunning;

    /** Seconds of this phase so far that count; −1: not even the one that is thrown away is over. */
    private int seconds = -1;

    private double phaseRate;
    private double rateBefore;
    private double rateTried;

    /** Takes note of the load between two readings; asked before each plan. */
    void observe(Load load) {
        prefilled |= load.prefilling();
    }

    /** The number of groups for the next second, given what is computed; called once a second. */
    int choose(long nowNanos, int computed, Load load) {
        boolean anew = computed != proposed;
        proposed = computed;
        double rate = reading(nowNanos, load);
        if (rate < 0) {
            start(Phase.BEFORE);
            if (anew || kept == 0) {
                kept = computed;
            }
            return Math.min(kept, BatchingOption.MAX_GROUPS);
        }
        if (anew) {
            untried = true;
            nextTrialNanos = nowNanos;
            start(Phase.BEFORE);
        }
        count(rate);
        return step(nowNanos, load.running());
    }

    /** Tokens a second since the last reading; negative when they tell nothing. */
    private double reading(long nowNanos, Load load) {
        double nanos = nowNanos - lastNanos;
        double rate = (load.decodedTokens() - lastTokens) * (NANOS_PER_SECOND / nanos);
        boolean steady = !prefilled
                && load.running() > 1
                && Math.abs(load.running() - lastRunning) <= SAME_LOAD * lastRunning
                && nanos < 2.0 * NANOS_PER_SECOND
                && rate > 0;
        lastNanos = nowNanos;
        lastTokens = load.decodedTokens();
        lastRunning = load.running();
        prefilled = false;
        return steady ? rate : -1;
    }

    private void count(double rate) {
        if (seconds >= 0) {
            phaseRate += rate / MEASURED_SECONDS;
        }
        seconds++;
    }

    private int step(long nowNanos, int running) {
        if (seconds < MEASURED_SECONDS) {
            return phase == Phase.TRIAL ? tried : kept;
        }
        return switch (phase) {
            case BEFORE -> begin(nowNanos, running);
            case TRIAL -> {
                rateTried = phaseRate;
                start(Phase.AFTER);
                yield kept;
            }
            case AFTER -> judge(nowNanos);
        };
    }

    private int begin(long nowNanos, int running) {
        rateBefore = phaseRate;
        int candidate = candidate(Math.min(running, BatchingOption.MAX_GROUPS));
        if (nowNanos < nextTrialNanos || candidate == kept) {
            start(Phase.BEFORE);
            seconds = 0; // nothing has changed, so the next second counts
            return kept;
        }
        untried = false;
        tried = candidate;
        start(Phase.TRIAL);
        return tried;
    }

    private int candidate(int most) {
        if (untried && proposed != kept && proposed <= most) {
            return proposed;
        }
        int next = kept + direction;
        if (next < 1 || next > most) {
            direction = -direction;
            next = kept + direction;
        }
        return Math.clamp(next, 1, Math.max(1, most));
    }

    private int judge(long nowNanos) {
        if (rateTried >= LEAST_GAIN * (rateBefore + phaseRate) / 2) {
            kept = tried;
            pauseNanos = FIRST_PAUSE_NANOS;
        } else {
            direction = -direction;
            pauseNanos = Math.min(LONGEST_PAUSE_NANOS, 2 * pauseNanos);
        }
        nextTrialNanos = nowNanos + pauseNanos;
        start(Phase.BEFORE);
        return kept;
    }

    private void start(Phase next) {
        phase = next;
        seconds = -1;
        phaseRate = 0;
    }
}
