package dev.molink.bench.engine;

import dev.molink.proto.node.v1.Failure;
import dev.molink.proto.node.v1.FailureCode;
import dev.molink.proto.node.v1.GenerateEvent;
import dev.molink.proto.node.v1.GenerateEvents;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.ModelIdentity;
import dev.molink.proto.node.v1.NodeMessage;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.proto.node.v1.SamplingParameters;
import dev.molink.proto.node.v1.Structure;
import dev.molink.stagenode.batching.BatchingOption;
import dev.molink.stagenode.engine.Head;
import dev.molink.stagenode.engine.HeadListener;
import dev.molink.stagenode.engine.HeadSettings;
import dev.molink.stagenode.engine.PipelineShape;
import dev.molink.stagenode.engine.StructureCompiler;
import dev.molink.stagenode.engine.WireTerms;
import dev.molink.stagenode.kvcache.KvGroup;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepOutcome.Sampled;
import dev.molink.stagenode.plan.StepOutcome.SampledToken;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.speculation.SpeculationOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * All that the head does for a decode step of {@code sequences} sequences: it takes the outcome from its queue, counts,
 * plans the next step, and writes the message with the new ids for the gateway. The stages answer at once, on the head's
 * own thread. Requests that reach their length are replaced by new ones, whose admission is part of the time.
 *
 * <pre>
 * ./mvnw -q -pl bench -am -Dfast -Dmaven.test.skip=true package
 * java --add-modules jdk.incubator.vector -jar bench/target/molink-bench-0.1.0.jar HeadBenchmark
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HeadBenchmark {

    private static final int STEPS = 256;
    private static final int PROMPT_TOKENS = 64;
    private static final int MAX_TOKENS = 2048;
    private static final int VOCABULARY = 32_000;
    private static final int BLOCKS_A_SEQUENCE = (PROMPT_TOKENS + MAX_TOKENS) / 16 + 2;

    @Param("64")
    int sequences;

    private @Nullable Head head;
    private volatile long decodeSteps;
    private long writtenBytes;
    private int submitted;

    @Setup(Level.Trial)
    public void start() {
        HeadSettings settings = HeadSettings.DEFAULT.with(new BatchingOption.Fixed(1), new SpeculationOption.Off());
        Head started = Head.start(settings, this::answer, new Writer(), HeadBenchmark::refuse);
        head = started;
        ModelIdentity model = ModelIdentity.newBuilder()
                .setName("instant")
                .setLayers(2)
                .setMaxModelLen(PROMPT_TOKENS + MAX_TOKENS)
                .setVocabularySize(VOCABULARY)
                .build();
        List<KvGroup> blocks = List.of(KvGroup.full(sequences * BLOCKS_A_SEQUENCE));
        started.pipelineFormed(new PipelineShape("main", model, 1, 2, blocks, 4096, WireTerms.exact(2)));
        for (int i = 0; i < sequences; i++) {
            submit();
        }
    }

    @TearDown(Level.Trial)
    public void stop() {
        Objects.requireNonNull(head).close();
    }

    @Benchmark
    @OperationsPerInvocation(STEPS)
    public long decodeSteps() {
        long last = decodeSteps + STEPS;
        while (decodeSteps < last) {
            Thread.onSpinWait();
        }
        return writtenBytes;
    }

    private void submit() {
        int number = submitted++;
        Objects.requireNonNull(head)
                .submit(GenerateRequest.newBuilder()
                        .setRequestId("req_" + number)
                        .addAllPromptTokenIds(IntStream.range(0, PROMPT_TOKENS)
                                .mapToObj(at -> (number + at) % VOCABULARY)
                                .toList())
                        .setSampling(SamplingParameters.newBuilder().setTemperature(0))
                        .setMaxTokens(MAX_TOKENS)
                        .setChoices(1)
                        .build());
    }

    /** Stands for both stages. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // only the head's thread writes
    private void answer(StepPlan plan) {
        List<SampledToken> tokens = new ArrayList<>(plan.rows().size());
        for (SequenceRows rows : plan.rows()) {
            if (rows.sample()) {
                int position = rows.firstPosition() + rows.tokenCount();
                tokens.add(new SampledToken(rows.sequenceId(), position, position % VOCABULARY));
            }
        }
        if (plan.kind() == StepKind.DECODE && plan.rows().size() == sequences) {
            decodeSteps++;
        }
        Objects.requireNonNull(head).outcome(new Sampled(plan.epoch(), plan.stepId(), tokens));
    }

    private static void refuse(Structure structure, long epoch, StructureCompiler.Receiver receiver) {
        receiver.take(new StructureCompiler.Result.Refused(Failure.newBuilder()
                .setCode(FailureCode.FAILURE_CODE_INVALID_ARGUMENT)
                .build()));
    }

    /** Writes what the gateway gets. */
    private final class Writer implements HeadListener {

        @Override
        public void generated(List<GenerateEvent> events) {
            NodeMessage message = NodeMessage.newBuilder()
                    .setEvents(GenerateEvents.newBuilder().addAllEvents(events))
                    .build();
            writtenBytes += message.toByteArray().length;
        }

        @Override
        public void finished(RequestReport report) {
            submit();
        }

        @Override
        public void pipelineBroken(long epoch, String reason) {
            throw new IllegalStateException("the pipeline broke: " + reason);
        }
    }
}
