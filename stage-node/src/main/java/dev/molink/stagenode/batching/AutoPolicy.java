package dev.molink.stagenode.batching;

import org.jspecify.annotations.Nullable;

/** Decode groups and pieces from measurements, reconsidered once a second with hysteresis. */
final class AutoPolicy implements BatchingPolicy {

    private final OncePerSecond second = new OncePerSecond();
    private final DecodeGroups groups = new DecodeGroups();
    private final PieceSize piece = new PieceSize();
    private @Nullable Decision decision;

    @Override
    public Decision decide(long nowNanos, Measurements measurements, Load load) {
        Decision current = decision;
        if (second.due(nowNanos) || current == null) {
            current = reconsider(measurements, load);
            decision = current;
        }
        return current;
    }

    private Decision reconsider(Measurements measurements, Load load) {
        String reason = groups.update(measurements, load) + "; " + piece.update(measurements);
        return new Decision(groups.groups(), PrefillSteps.of(measurements, piece.tokens()), piece.tokens(), reason);
    }
}
