package dev.molink.stagenode.batching;

/**
 * What a policy wants.
 *
 * @param decodeGroups most decode steps in flight at once
 * @param prefillSteps most prefill steps in flight at once
 * @param pieceTokens most tokens of a prefill piece; {@link #WHOLE_PROMPT} for no bound
 * @param reason a sentence with the numbers behind both, for metrics and the console
 */
public record Decision(int decodeGroups, int prefillSteps, int pieceTokens, String reason) {

    public static final int WHOLE_PROMPT = Integer.MAX_VALUE;
}
