package dev.molink.stagenode.batching;

import org.jspecify.annotations.Nullable;

/** Decode groups and pieces from measurements and trials, reconsidered once a second with hysteresis. */
final class AutoPolicy implements BatchingPolicy {

    private final OncePerSecond second = new OncePerSecond();
    private final DecodeGroups groups = new DecodeGroups();
    private final GroupTrials trials = new GroupTrials();
    private final PieceSize piece = new PieceSize();
    private @Nullable Decision decision;

    @Override
    public Decision decide(long nowNanos, Measurements measurements, Load load) {
        trials.observe(load);
        Decision current = decision;
        if (second.due(nowNanos) || current == null) {
            current = reconsider(nowNanos, measurements, load);
            decision = current;
        }
        return current;
    }

    private Decision reconsider(long nowNanos, Measurements measurements, Load load) {
        String computed = groups.update(measurements, load);
        int chosen = trials.choose(nowNanos, groups.groups(), load);
        String measured = chosen == groups.groups() ? "" : ", but %d by tokens a second".formatted(chosen);
        String reason = computed + measured + "; " + piece.update(measurements);
        return new Decision(chosen, PrefillSteps.of(measurements, piece.tokens()), piece.tokens(), reason);
    }
}
