package dev.molink.stagenode.replay;

import dev.molink.stagenode.engine.machine.StageMachine;
import dev.molink.stagenode.engine.machine.StepRules;
import dev.molink.stagenode.scheduling.PipelineFacts;
import dev.molink.stagenode.scheduling.Scheduler;
import dev.molink.stagenode.scheduling.SchedulerSettings;
import dev.molink.stagenode.transmit.TransmitPolicy;
import dev.molink.stagenode.transmit.TransmitQueue;
import org.jspecify.annotations.Nullable;

/** Opens a log for each state machine of a node when the machine begins; null: nothing is written down. Thread-safe. */
public interface Recorder {

    /** Writes nothing down. */
    Recorder NONE = new Recorder() {};

    /** A formation begins at the head. */
    default @Nullable EventLog<Scheduler> scheduler(SchedulerSettings settings, PipelineFacts facts) {
        return null;
    }

    /** @param stage as its machine names it in failures */
    default @Nullable EventLog<StageMachine> stage(String stage, StepRules rules) {
        return null;
    }

    /** @param link whose it is, in words */
    default @Nullable EventLog<TransmitQueue> queue(String link, TransmitPolicy policy) {
        return null;
    }
}
