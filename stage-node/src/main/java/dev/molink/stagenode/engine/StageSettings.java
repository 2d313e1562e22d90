package dev.molink.stagenode.engine;

import dev.molink.stagenode.engine.machine.StepRules;
import dev.molink.stagenode.replay.Recorder;

/**
 * Bounds and rules of a stage loop.
 *
 * @param commandCapacity commands that may wait for the loop; the head's steps in flight stay far below
 * @param rules the order in which steps are computed
 * @param recorder writes down what the stage's machine decides, if somebody wants that
 */
public record StageSettings(int commandCapacity, StepRules rules, Recorder recorder) {

    public static final StageSettings DEFAULT = new StageSettings(1024, StepRules.DEFAULT, Recorder.NONE);

    public StageSettings {
        if (commandCapacity < 1) {
            throw new IllegalArgumentException(
                    "%d commands may wait for a stage loop; at least 1 must".formatted(commandCapacity));
        }
    }

    /** The same with somebody who writes down. */
    public StageSettings with(Recorder other) {
        return new StageSettings(commandCapacity, rules, other);
    }
}
