package dev.molink.stagenode.engine;

import dev.molink.stagenode.engine.machine.StepRules;

/**
 * Bounds and rules of a stage loop.
 *
 * @param commandCapacity commands that may wait for the loop; the head's steps in flight stay far below
 * @param rules the order in which steps are computed
 */
public record StageSettings(int commandCapacity, StepRules rules) {

    public static final StageSettings DEFAULT = new StageSettings(1024, StepRules.DEFAULT);

    public StageSettings {
        if (commandCapacity < 1) {
            throw new IllegalArgumentException(
                    "%d commands may wait for a stage loop; at least 1 must".formatted(commandCapacity));
        }
    }
}
