package dev.molink.stagenode.engine;

import dev.molink.stagenode.batching.BatchingOption;
import dev.molink.stagenode.replay.Recorder;
import dev.molink.stagenode.scheduling.SchedulerSettings;
import dev.molink.stagenode.speculation.SpeculationOption;
import java.time.Duration;

/**
 * Bounds of a head.
 *
 * @param commandCapacity commands that may wait for the head's thread; a request that finds it full is refused
 * @param stepTimeout longest time a step may be without an outcome before the pipeline counts as broken
 * @param wire what the head wants of the links of pipelines that it forms
 * @param recorder writes down what the scheduler decides, if somebody wants that
 */
public record HeadSettings(
        SchedulerSettings scheduler, int commandCapacity, Duration stepTimeout, WireOptions wire, Recorder recorder) {

    /** Of a head within another program; activations cross its links as they are. */
    public static final HeadSettings DEFAULT = new HeadSettings(SchedulerSettings.DEFAULT, 4096, Duration.ofMinutes(2));

    public HeadSettings {
        if (commandCapacity < 1 || !stepTimeout.isPositive()) {
            throw new IllegalArgumentException("head settings must be positive: %d commands, step timeout %s"
                    .formatted(commandCapacity, stepTimeout));
        }
    }

    public HeadSettings(SchedulerSettings scheduler, int commandCapacity, Duration stepTimeout) {
        this(scheduler, commandCapacity, stepTimeout, WireOptions.EXACT, Recorder.NONE);
    }

    /** The same with another batching policy and other speculation. */
    public HeadSettings with(BatchingOption batching, SpeculationOption speculation) {
        return new HeadSettings(scheduler.with(batching, speculation), commandCapacity, stepTimeout, wire, recorder);
    }

    /** The same with other links. */
    public HeadSettings with(WireOptions other) {
        return new HeadSettings(scheduler, commandCapacity, stepTimeout, other, recorder);
    }

    /** The same with somebody who writes down. */
    public HeadSettings with(Recorder other) {
        return new HeadSettings(scheduler, commandCapacity, stepTimeout, wire, other);
    }
}
