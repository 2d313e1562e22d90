package dev.molink.stagenode.engine;

/**
 * Bounds of a stage loop.
 *
 * @param commandCapacity commands that may wait for the loop; the head's steps in flight stay far below
 * @param earlyHiddenStates hidden states that may wait for their plans
 * @param decodesAhead decode steps that may go before a prefill piece that is ready: with 4 a prefill piece gets at
 *     least each fifth step
 */
public record StageSettings(int commandCapacity, int earlyHiddenStates, int decodesAhead) {

    public static final StageSettings DEFAULT = new StageSettings(1024, 64, 4);

    public StageSettings {
        if (commandCapacity < 1 || earlyHiddenStates < 1 || decodesAhead < 1) {
            throw new IllegalArgumentException("stage settings must be positive: %d, %d, %d"
                    .formatted(commandCapacity, earlyHiddenStates, decodesAhead));
        }
    }
}
