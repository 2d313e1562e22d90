package dev.molink.stagenode.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.engine.machine.StageMachine;
import dev.molink.stagenode.engine.machine.StepRules;
import dev.molink.stagenode.scheduling.PipelineFacts;
import dev.molink.stagenode.scheduling.Scheduler;
import dev.molink.stagenode.scheduling.SchedulerSettings;
import dev.molink.stagenode.transmit.TransmitPolicy;
import dev.molink.stagenode.transmit.TransmitQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Keeps every log, and the way to a fresh machine of the same kind. */
public final class MemoryRecorder implements Recorder {

    private final List<Recorded<?>> recorded = new CopyOnWriteArrayList<>();

    /** @param entries of one machine; its owner alone adds, and nobody reads before that has ended */
    public record Recorded<M>(String name, Supplier<M> fresh, List<LogEntry<M>> entries) {

        public void assertReplays() {
            assertThat(Replay.firstDifference(entries, fresh.get())).as(name).isEmpty();
        }

        public long count(Class<?> event) {
            return entries.stream()
                    .filter(entry -> event.isInstance(entry.event()))
                    .count();
        }
    }

    public List<Recorded<?>> recorded() {
        return recorded;
    }

    private <M> EventLog<M> keep(String name, Supplier<M> fresh) {
        Recorded<M> log = new Recorded<>(name, fresh, new ArrayList<>());
        recorded.add(log);
        return log.entries()::add;
    }

    @Override
    public EventLog<Scheduler> scheduler(SchedulerSettings settings, PipelineFacts facts) {
        return keep("scheduler", () -> new Scheduler(settings, facts));
    }

    @Override
    public EventLog<StageMachine> stage(String stage, StepRules rules) {
        return keep(stage, () -> new StageMachine(stage, rules));
    }

    @Override
    public EventLog<TransmitQueue> queue(String link, TransmitPolicy policy) {
        return keep(link, () -> new TransmitQueue(policy));
    }
}
