package dev.molink.stagenode.batching;

import java.util.HashMap;
import java.util.Map;

/**
 * Tries other numbers of decode groups than the computed one, now and then, and keeps what gives more tokens a second.
 *
 * <p>The computation of {@link DecodeGroups} takes stages for independent and their steps for linear in rows. Stages that
 * share cores or memory bandwidth are not, and while all steps have as many rows nothing tells what a smaller one would
 * take. A trial does: the tokens a second before, with one group more or fewer, and after, so that a machine that just
 * becomes faster is not mistaken for a better number. Each part lasts 32 rounds, in which every sequence gets a token, but
 * at least one second and at most four; what comes just after a change counts for nothing. A trial that gains at least a
 * twentieth is kept and the next goes on in its direction, else it goes in the other; each that fails doubles the pause
 * before the next, from 2 s to 160 s. What the computation proposes anew is tried next, unless it lost within 160 s.
 *
 * <p>Only time counts in which nothing was prefilled and about as many sequences ran at both ends. What was found is kept
 * for each size of the load, so that a burst begins with what the last one of its size has found; where nothing was found,
 * the computed number holds.
 */
final class GroupTrials {

    private static final double LEAST_GAIN = 1.05;
    private static final double SAME_LOAD = 0.12;
    private static final int ROUNDS = 32;
    private static final int SETTLING_ROUNDS = 2;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long LEAST_PART_NANOS = NANOS_PER_SECOND;
    private static final long LONGEST_PART_NANOS = 4 * NANOS_PER_SECOND;
    private static final long LEAST_SETTLING_NANOS = NANOS_PER_SECOND / 4;
    private static final long LONGEST_SETTLING_NANOS = NANOS_PER_SECOND;
    private static final long LONGEST_SILENCE_NANOS = 2 * NANOS_PER_SECOND;
    private static final long FIRST_PAUSE_NANOS = 2 * NANOS_PER_SECOND;
    private static final long LONGEST_PAUSE_NANOS = 160 * NANOS_PER_SECOND;

    private enum Part {
        BEFORE,
        TRIAL,
        AFTER
    }

    /** What is known of one size of the load. */
    private static final class Known {

        private int proposed;
        private int kept;
        private boolean tried;
        private boolean untriedProposal;
        /** When a number of groups gained nothing. */
        private final Map<Integer, Long> lostNanos = new HashMap<>();

        private int direction = -1;
        private long pauseNanos = FIRST_PAUSE_NANOS;
        private long nextTrialNanos;

        /** Whether what was measured for it lately says nothing of it. */
        boolean propose(int computed, long nowNanos) {
            if (computed == proposed) {
                return false;
            }
            proposed = computed;
            if (!tried) {
                kept = Math.min(computed, BatchingOption.MAX_GROUPS);
                nextTrialNanos = nowNanos;
                return true;
            }
            untriedProposal = !lostLately(computed, nowNanos);
            if (untriedProposal) {
                nextTrialNanos = nowNanos;
            }
            return untriedProposal;
        }

        /** A computation that wavers is not followed each time. */
        private boolean lostLately(int groups, long nowNanos) {
            Long lost = lostNanos.get(groups);
            return lost != null && nowNanos - lost < LONGEST_PAUSE_NANOS;
        }

        int candidate(int most) {
            if (untriedProposal && proposed != kept && proposed <= most) {
                return proposed;
            }
            int next = kept + direction;
            if (next < 1 || next > most) {
                direction = -direction;
                next = kept + direction;
            }
            return Math.clamp(next, 1, Math.max(1, most));
        }

        void judge(boolean gained, int candidate, long nowNanos) {
            tried = true;
            if (gained) {
                lostNanos.put(kept, nowNanos);
                kept = candidate;
                pauseNanos = FIRST_PAUSE_NANOS;
            } else {
                lostNanos.put(candidate, nowNanos);
                direction = -direction;
                pauseNanos = Math.min(LONGEST_PAUSE_NANOS, 2 * pauseNanos);
            }
            nextTrialNanos = nowNanos + pauseNanos;
        }
    }

    /** By the logarithm of the running sequences. */
    private final Map<Integer, Known> known = new HashMap<>();

    private Known current = new Known();
    private Part part = Part.BEFORE;
    private int candidate;
    private double rateBefore;
    private double rateTried;
    private int runningBefore;

    private boolean prefilled;
    private long lastNanos;

    private boolean settled;
    private long partNanos;
    private long partTokens;

    /** Takes note of the load between two readings; asked before each plan. */
    void observe(Load load) {
        prefilled |= load.prefilling();
    }

    /** The number of groups until it is asked again, given what is computed; a few times a second. */
    int choose(long nowNanos, int computed, Load load) {
        Known here = known.computeIfAbsent(size(load.running()), size -> new Known());
        boolean news = here.propose(computed, nowNanos);
        boolean goesOn = here == current && !news && steady(nowNanos, load);
        lastNanos = nowNanos;
        prefilled = false;
        if (!goesOn) {
            current = here;
            runningBefore = load.running();
            start(Part.BEFORE, nowNanos, load);
            return here.kept;
        }
        return measure(nowNanos, load);
    }

    private static int size(int running) {
        return (int) Math.round(Math.log(Math.max(1, running)) / Math.log(2));
    }

    private boolean steady(long nowNanos, Load load) {
        return !prefilled
                && load.running() > 1
                && Math.abs(load.running() - runningBefore) <= SAME_LOAD * runningBefore
                && nowNanos - lastNanos < LONGEST_SILENCE_NANOS;
    }

    private int measure(long nowNanos, Load load) {
        long nanos = nowNanos - partNanos;
        long tokens = load.decodedTokens() - partTokens;
        if (!settled) {
            if (over(nanos, tokens, load, LEAST_SETTLING_NANOS, SETTLING_ROUNDS, LONGEST_SETTLING_NANOS)) {
                settle(nowNanos, load);
            }
        } else if (over(nanos, tokens, load, LEAST_PART_NANOS, ROUNDS, LONGEST_PART_NANOS)) {
            ended(nowNanos, load, (double) tokens / nanos);
        }
        return part == Part.TRIAL ? candidate : current.kept;
    }

    private static boolean over(long nanos, long tokens, Load load, long least, int rounds, long longest) {
        return nanos >= longest || (nanos >= least && tokens >= (long) rounds * load.running());
    }

    private void ended(long nowNanos, Load load, double rate) {
        switch (part) {
            case BEFORE -> {
                rateBefore = rate;
                begin(nowNanos, load);
            }
            case TRIAL -> {
                rateTried = rate;
                start(Part.AFTER, nowNanos, load);
            }
            case AFTER -> {
                boolean gained = rateTried > 0 && rateTried >= LEAST_GAIN * (rateBefore + rate) / 2;
                current.judge(gained, candidate, nowNanos);
                start(Part.BEFORE, nowNanos, load);
            }
        }
    }

    private void begin(long nowNanos, Load load) {
        candidate = current.candidate(Math.min(load.running(), BatchingOption.MAX_GROUPS));
        if (nowNanos < current.nextTrialNanos || candidate == current.kept || rateBefore == 0) {
            start(Part.BEFORE, nowNanos, load);
            settled = true; // nothing has changed
            return;
        }
        current.untriedProposal = false;
        start(Part.TRIAL, nowNanos, load);
    }

    private void start(Part next, long nowNanos, Load load) {
        if (next == Part.BEFORE) {
            runningBefore = load.running();
        }
        part = next;
        settle(nowNanos, load);
        settled = false;
    }

    private void settle(long nowNanos, Load load) {
        settled = true;
        partNanos = nowNanos;
        partTokens = load.decodedTokens();
    }
}
