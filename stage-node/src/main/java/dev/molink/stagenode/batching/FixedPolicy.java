package dev.molink.stagenode.batching;

import org.jspecify.annotations.Nullable;

/** A fixed number of decode groups; pieces as with {@link AutoPolicy}. */
final class FixedPolicy implements BatchingPolicy {

    private final int decodeGroups;
    private final OncePerSecond second = new OncePerSecond();
    private final PieceSize piece = new PieceSize();
    private @Nullable Decision decision;

    FixedPolicy(int decodeGroups) {
        this.decodeGroups = decodeGroups;
    }

    @Override
    public Decision decide(long nowNanos, Measurements measurements, Load load) {
        Decision current = decision;
        if (second.due(nowNanos) || current == null) {
            current = reconsider(measurements);
            decision = current;
        }
        return current;
    }

    private Decision reconsider(Measurements measurements) {
        String reason = "%d decode groups, fixed; %s".formatted(decodeGroups, piece.update(measurements));
        return new Decision(decodeGroups, PrefillSteps.of(measurements, piece.tokens()), piece.tokens(), reason);
    }
}
