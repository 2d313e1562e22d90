package dev.molink.stagenode.engine;

import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.stagenode.batching.BatchingOption;
import dev.molink.stagenode.journal.RequestCounts;
import dev.molink.stagenode.sampling.GrammarSource;
import dev.molink.stagenode.scheduling.SchedulerSettings;
import dev.molink.stagenode.speculation.SpeculationOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A head and the loops of all stages in this process, over {@link HistoryStage}s. */
final class EngineRun implements AutoCloseable {

    private static final SchedulerSettings SCHEDULER = new SchedulerSettings(
            16, 256, 16, 24, 64, Duration.ofSeconds(30), new BatchingOption.Auto(), new SpeculationOption.Auto());

    private final List<HistoryStage> stages = new ArrayList<>();
    private final List<StageLoop> loops = new ArrayList<>();
    private final RecordingListener listener = new RecordingListener();
    private final Queue<RequestCounts> counts = new ConcurrentLinkedQueue<>();
    private final Head head;

    EngineRun(int stageCount, int kvBlocks) throws Exception {
        for (int i = 0; i < stageCount; i++) {
            int first = HistoryStage.LAYERS * i / stageCount;
            int end = HistoryStage.LAYERS * (i + 1) / stageCount;
            HistoryStage stage = new HistoryStage(first, end);
            stages.add(stage);
            loops.add(StageLoop.start(
                    "stage [%d, %d)".formatted(first, end),
                    stage,
                    GrammarSource.NONE,
                    StageSettings.DEFAULT,
                    i == stageCount - 1 ? counts::add : _ -> {}));
        }
        head = Head.start(
                new HeadSettings(SCHEDULER, 1024, Duration.ofSeconds(60)),
                plan -> loops.getFirst().plan(plan),
                listener,
                Requests.NO_STRUCTURES);
        form(1, kvBlocks);
    }

    void form(long epoch, int kvBlocks) throws Exception {
        for (int i = loops.size() - 1; i >= 0; i--) {
            StageOutbound outbound = i == loops.size() - 1
                    ? LocalOutbound.last(head::outcome, head::stageReport)
                    : LocalOutbound.to(loops.get(i + 1), head::outcome, head::stageReport);
            loops.get(i).reset(epoch, i, List.of(kvBlocks), outbound).get(20, TimeUnit.SECONDS);
        }
        head.pipelineFormed(Requests.shape(epoch, loops.size(), kvBlocks));
    }

    Head head() {
        return head;
    }

    RecordingListener listener() {
        return listener;
    }

    List<HistoryStage> stages() {
        return stages;
    }

    /** In differences; complete once the run is closed. */
    Queue<RequestCounts> countsOfTheLastStage() {
        return counts;
    }

    /** Runs a request alone and returns the ids of its first choice. */
    List<Integer> generate(GenerateRequest request) throws InterruptedException {
        head.submit(request);
        listener.awaitReport(request.getRequestId());
        return listener.tokens(request.getRequestId(), 0, request.getGeneratedTokenIdsCount());
    }

    void awaitAllFreed() throws InterruptedException {
        for (HistoryStage stage : stages) {
            stage.awaitSequences(0);
        }
    }

    @Override
    public void close() {
        head.close();
        loops.forEach(StageLoop::close);
    }
}
