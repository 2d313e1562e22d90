package dev.molink.stagenode.batching;

import org.jspecify.annotations.Nullable;

/** The groups of another policy with pieces of one size. */
final class PiecePolicy implements BatchingPolicy {

    private final BatchingPolicy groups;
    private final int pieceTokens;
    private @Nullable Decision asked;
    private @Nullable Decision decision;

    PiecePolicy(BatchingPolicy groups, int pieceTokens) {
        this.groups = groups;
        this.pieceTokens = pieceTokens;
    }

    @Override
    public Decision decide(long nowNanos, Measurements measurements, Load load) {
        Decision other = groups.decide(nowNanos, measurements, load);
        Decision current = decision;
        if (current == null || !other.equals(asked)) {
            asked = other;
            current = new Decision(
                    other.decodeGroups(), PrefillSteps.of(measurements, pieceTokens), pieceTokens, reason(other));
            decision = current;
        }
        return current;
    }

    private String reason(Decision other) {
        String pieces = pieceTokens == Decision.WHOLE_PROMPT ? "whole prompts" : "pieces of " + pieceTokens + " tokens";
        return "%d decode groups, of: %s; %s, fixed".formatted(other.decodeGroups(), other.reason(), pieces);
    }
}
