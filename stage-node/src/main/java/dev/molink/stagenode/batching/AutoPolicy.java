package dev.molink.stagenode.batching;

import org.jspecify.annotations.Nullable;

/**
 * Decode groups and pieces from measurements, reconsidered once a second with hysteresis. Trials are looked at more often:
 * those of fast pipelines fit between two prompts.
 */
final class AutoPolicy implements BatchingPolicy {

    private static final long TRIAL_NANOS = 250_000_000;

    private final OncePerSecond second = new OncePerSecond();
    private final DecodeGroups groups = new DecodeGroups();
    private final GroupTrials trials = new GroupTrials();
    private final PieceSize piece = new PieceSize();
    private @Nullable Decision decision;
    private String computed = "";
    private String pieceReason = "";
    private int prefillSteps;
    private long askedNanos;

    @Override
    public Decision decide(long nowNanos, Measurements measurements, Load load) {
        trials.observe(load);
        Decision current = decision;
        boolean news = second.due(nowNanos) || current == null;
        if (news) {
            computed = groups.update(measurements, load);
            pieceReason = piece.update(measurements);
            prefillSteps = PrefillSteps.of(measurements, piece.tokens());
        }
        if (current != null && !news && nowNanos - askedNanos < TRIAL_NANOS) {
            return current;
        }
        askedNanos = nowNanos;
        int chosen = trials.choose(nowNanos, groups.groups(), load);
        if (current == null || news || chosen != current.decodeGroups()) {
            current = decision(chosen);
            decision = current;
        }
        return current;
    }

    private Decision decision(int chosen) {
        String measured = chosen == groups.groups() ? "" : ", but %d by tokens a second".formatted(chosen);
        return new Decision(chosen, prefillSteps, piece.tokens(), computed + measured + "; " + pieceReason);
    }
}
