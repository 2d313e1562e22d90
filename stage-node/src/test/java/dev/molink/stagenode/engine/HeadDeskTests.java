package dev.molink.stagenode.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.molink.proto.node.v1.Failure;
import dev.molink.proto.node.v1.FailureCode;
import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.GenerateEvent;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.proto.node.v1.SamplingParameters;
import dev.molink.proto.node.v1.Structure;
import dev.molink.stagenode.batching.BatchingOption;
import dev.molink.stagenode.engine.Request.Arrival;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StepOutcome.Failed;
import dev.molink.stagenode.plan.StepOutcome.Sampled;
import dev.molink.stagenode.plan.StepOutcome.SampledToken;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.scheduling.SchedulerSettings;
import dev.molink.stagenode.speculation.SpeculationOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The head's decisions, without threads: plans are collected and answered by hand. */
class HeadDeskTests {

    private static final int KV_BLOCKS = 20;
    private static final SchedulerSettings SCHEDULER = new SchedulerSettings(
            4, 3, 4, 64, 64, Duration.ofSeconds(30), new BatchingOption.Auto(), new SpeculationOption.Off());

    private final RecordingListener listener = new RecordingListener();
    private final Deque<StepPlan> plans = new ArrayDeque<>();
    private Instant now = Instant.ofEpochSecond(1_000);
    private final List<String> compiling = new ArrayList<>();
    private HeadDesk desk;

    @BeforeEach
    void formAPipeline() {
        HeadSettings settings = new HeadSettings(SCHEDULER, 100, Duration.ofSeconds(30));
        HeadClock clock = new HeadClock(() -> now, () -> now.toEpochMilli() * 1_000_000);
        desk = new HeadDesk(
                settings,
                clock,
                () -> 4711,
                plans::add,
                listener,
                (asked, epoch) -> compiling.add(asked.getRequestId()));
        desk.formed(Requests.shape(1, 2, KV_BLOCKS));
    }

    @Nested
    class Refuses {

        @Test
        void aPromptThatLeavesNoRoomForAToken() {
            assertRefused(
                    request().clearPromptTokenIds().addAllPromptTokenIds(Collections.nCopies(120, 1)),
                    FailureCode.FAILURE_CODE_CONTEXT_LENGTH,
                    "the prompt has 120 tokens; prompt and generated tokens together may be 120");
        }

        @Test
        void idsOutsideTheVocabulary() {
            assertRefused(
                    request().addPromptTokenIds(97),
                    FailureCode.FAILURE_CODE_INVALID_TOKEN,
                    "token id 97 is outside the vocabulary 0…96");
            assertRefused(
                    request().addGeneratedTokenIds(-1),
                    FailureCode.FAILURE_CODE_INVALID_TOKEN,
                    "token id -1 is outside the vocabulary 0…96");
        }

        @Test
        void valuesOutsideTheirRange() {
            assertInvalid(request().setChoices(0), "choices is 0; 1 to 128 are allowed");
            assertInvalid(request().setChoices(Integer.MAX_VALUE), "choices is 2147483647; 1 to 128 are allowed");
            assertInvalid(request().setMaxTokens(0), "max_tokens is 0; it must be at least 1");
            assertInvalid(request().clearPromptTokenIds(), "the prompt has no token ids; it needs at least one");
            assertInvalid(
                    request().setSampling(SamplingParameters.newBuilder().setTemperature(Float.NaN)),
                    "temperature is NaN; it must be 0 or a positive number");
            assertInvalid(
                    request().setSampling(SamplingParameters.newBuilder().setTopP(1.5f)),
                    "top_p is 1.5; 0 to 1 are allowed");
            assertInvalid(
                    request().setSampling(SamplingParameters.newBuilder().setMinP(-0.5f)),
                    "min_p is -0.5; 0 to 1 are allowed");
            assertInvalid(
                    request().setChoices(2).addGeneratedTokenIds(1),
                    "2 choices cannot continue one list of generated ids; send each alone");
        }

        @Test
        void samplingThatIsOutOfRange() {
            assertInvalid(
                    sampling().setRepetitionPenalty(0), "repetition_penalty is 0.0; it must be a positive number");
            assertInvalid(sampling().setTypicalP(2), "typical_p is 2.0; 0 to 1 are allowed");
            assertInvalid(sampling().setLogprobs(21), "sampling.logprobs is 21; 0 to 20 are allowed");
            assertInvalid(sampling().putLogitBias(97, 1), "logit_bias names token id 97; the vocabulary is 0…96");
            assertInvalid(
                    sampling().addAllowedTokenIds(-1), "allowed_token_ids names token id -1; the vocabulary is 0…96");
            assertInvalid(
                    request().setMaxTokens(3).setSampling(sampling().setMinTokens(4)),
                    "min_tokens is 4; 0 to max_tokens (3) are allowed");
            assertInvalid(request().setTimeoutMillis(-1), "timeout_millis is -1; it must be 0 (none) or more");
            assertInvalid(
                    request()
                            .setStructure(Structure.newBuilder().setRegex("a"))
                            .setSampling(sampling().setIgnoreEnd(true)),
                    "ignore_end cannot be kept with a structure: its text ends by an end id");
        }

        private static SamplingParameters.Builder sampling() {
            return SamplingParameters.newBuilder().setTemperature(0);
        }

        private void assertInvalid(SamplingParameters.Builder sampling, String message) {
            assertInvalid(request().setSampling(sampling), message);
        }

        @Test
        void moreThanMayWait() {
            assertRefused(
                    request().setChoices(4),
                    FailureCode.FAILURE_CODE_OVERLOADED,
                    "0 sequences run and 0 wait; 3 may wait");
        }

        @Test
        void whatTheJournalHasNoRoomFor() {
            listener.fill();

            assertRefused(
                    request(),
                    FailureCode.FAILURE_CODE_OVERLOADED,
                    "the journal has no room for another request's report");
        }

        @Test
        void everythingWhileNoPipelineIsFormed() {
            desk.lost(1, "a stage is gone");

            assertRefused(request(), FailureCode.FAILURE_CODE_NO_PIPELINE, "no pipeline is formed");
        }

        private void assertInvalid(GenerateRequest.Builder request, String message) {
            assertRefused(request, FailureCode.FAILURE_CODE_INVALID_ARGUMENT, message);
        }

        private void assertRefused(GenerateRequest.Builder request, FailureCode code, String message) {
            String id = "refused-" + listener.reports();
            desk.submit(request.setRequestId(id).build(), at(5));

            RequestReport report = listener.report(id);
            assertThat(report.getFailure().getMessage()).isEqualTo(message);
            assertThat(report.getFailure().getCode()).isEqualTo(code);
            assertThat(report.getGeneratedTokensList()).containsOnly(request.getGeneratedTokenIdsCount());
            assertThat(plans).isEmpty();
        }
    }

    @Nested
    class Ends {

        @Test
        void withStopAtAnEndIdOfTheModel() {
            submit(request().setSampling(SamplingParameters.newBuilder().setTemperature(0)));

            answer(7);
            answer(Requests.END_ID);

            GenerateEvent last = listener.events("r").getLast();
            assertThat(last.getFinish()).isEqualTo(FinishReason.FINISH_REASON_STOP);
            assertThat(last.getStopTokenId()).isEqualTo(Requests.END_ID);
            assertThat(listener.tokens("r", 0, 0)).containsExactly(7, Requests.END_ID);
            assertThat(listener.report("r").getGeneratedTokensList()).containsExactly(2);
            assertThat(plans.getLast().ended()).hasSize(1);
            assertThat(desk.status().kvBlocksUsed()).isZero();
        }

        @Test
        void withStopAtAStopIdOfTheRequestButNotAtAnIgnoredEndId() {
            submit(request()
                    .setSampling(
                            SamplingParameters.newBuilder().setIgnoreEnd(true).addStopTokenIds(50)));

            answer(Requests.END_ID);
            answer(50);

            assertThat(listener.report("r").getFinishList()).containsExactly(FinishReason.FINISH_REASON_STOP);
            assertThat(listener.tokens("r", 0, 0)).containsExactly(Requests.END_ID, 50);
        }

        @Test
        void withLengthAtMaxTokens() {
            submit(request().setMaxTokens(2));

            answer(7);
            answer(8);

            assertThat(listener.report("r").getFinishList()).containsExactly(FinishReason.FINISH_REASON_LENGTH);
            assertThat(listener.events("r").getLast().getFinish()).isEqualTo(FinishReason.FINISH_REASON_LENGTH);
        }

        @Test
        void withLengthWhereTheContextEnds() {
            submit(request().clearPromptTokenIds().addAllPromptTokenIds(Collections.nCopies(118, 1)));

            while (listener.reports() == 0) {
                answer(7);
            }

            assertThat(listener.report("r").getGeneratedTokensList()).containsExactly(2);
            assertThat(listener.report("r").getFinishList()).containsExactly(FinishReason.FINISH_REASON_LENGTH);
        }

        @Test
        void atOnceWhenTheGeneratedIdsOfAResubmissionAreAllThereIs() {
            submit(request().setMaxTokens(2).addGeneratedTokenIds(7).addGeneratedTokenIds(8));

            assertThat(listener.report("r").getFinishList()).containsExactly(FinishReason.FINISH_REASON_LENGTH);
            assertThat(listener.report("r").getGeneratedTokensList()).containsExactly(2);
            assertThat(plans).isEmpty();
        }

        @Test
        void withStageLostWhenThePipelineIsLost() {
            submit(request());
            answer(7);

            desk.lost(1, "node b is gone");

            RequestReport report = listener.report("r");
            assertThat(report.getFailure().getCode()).isEqualTo(FailureCode.FAILURE_CODE_STAGE_LOST);
            assertThat(report.getGeneratedTokensList()).containsExactly(1);
            assertThat(desk.status()).isEqualTo(HeadStatus.IDLE);
        }

        @Test
        void onceEvenIfTheOtherChoicesFailWithIt() {
            submit(request().setChoices(3));
            StepPlan prefill = plans.remove();

            desk.outcome(new Failed(1, prefill.stepId(), "stage 2: broken"));

            RequestReport report = listener.report("r");
            assertThat(report.getFailure().getMessage()).isEqualTo("stage 2: broken");
            assertThat(report.getFinishList())
                    .containsExactlyElementsOf(Collections.nCopies(3, FinishReason.FINISH_REASON_FAILED));
            assertThat(listener.reports()).isEqualTo(1);
        }
    }

    @Test
    void handsBackWhatTheGatewayNeedsForItsRecord() {
        submit(request().setMaxTokens(1).setAccounting(ByteString.copyFromUtf8("key 7")));
        now = now.plusSeconds(3);

        answer(7);

        RequestReport report = listener.report("r");
        assertThat(report.getAccounting().toStringUtf8()).isEqualTo("key 7");
        assertThat(report.getModel()).isEqualTo("history");
        assertThat(report.getPipeline()).isEqualTo("default");
        assertThat(report.getEpoch()).isEqualTo(1);
        assertThat(report.getPromptTokens()).isEqualTo(3);
        assertThat(report.getCachedTokens()).isZero();
        assertThat(report.getReceivedUnixNanos()).isEqualTo(5);
        assertThat(report.getFirstTokenUnixNanos()).isEqualTo(1_003_000_000_000L);
        assertThat(report.getFinishedUnixNanos()).isEqualTo(1_003_000_000_000L);
    }

    @Test
    void drawsASeedForARequestThatBringsNone() {
        submit(request());

        assertThat(plans.getFirst().starts())
                .extracting(SequenceStart::sampling)
                .extracting(dev.molink.stagenode.plan.SamplingParameters::seed)
                .containsExactly(4711L);
    }

    @Test
    void dropsOutcomesOfAnEarlierEpoch() {
        submit(request());
        StepPlan old = plans.remove();
        desk.lost(1, "node b is gone");
        desk.formed(Requests.shape(2, 2, KV_BLOCKS));
        desk.submit(request().setRequestId("new").build(), at(5));
        plans.clear();

        desk.outcome(sampled(old, 7));

        assertThat(listener.events("new")).isEmpty();
        assertThat(listener.events("r")).isEmpty();
    }

    @Test
    void ignoresAFormationThatIsNotNewer() {
        submit(request());

        desk.formed(Requests.shape(1, 3, KV_BLOCKS));

        assertThat(listener.reports()).isZero();
    }

    @Test
    void saysNothingMoreAfterACancel() {
        submit(request());
        answer(7);

        desk.cancel(Requests.cancel("r"));
        answer(8);

        assertThat(listener.tokens("r", 0, 0)).containsExactly(7);
        assertThat(listener.report("r").getGeneratedTokensList()).containsExactly(1);
        assertThat(listener.reports()).isEqualTo(1);
        assertThat(desk.status().kvBlocksUsed()).isZero();
    }

    @Test
    void givesThePipelineUpWhenAStepHasNoOutcomeInTime() {
        submit(request());
        now = now.plusSeconds(30);
        desk.tick();
        desk.checkTime();
        assertThat(listener.broken()).isEmpty();

        now = now.plusSeconds(1);
        desk.tick();
        desk.checkTime();

        assertThat(listener.broken()).containsExactly("step 0 had no outcome within 30 s");
        assertThat(listener.report("r").getFailure().getCode()).isEqualTo(FailureCode.FAILURE_CODE_STAGE_LOST);
    }

    @Test
    void ignoresARequestThatComesAgainWhileItRuns() {
        submit(request());

        desk.submit(request().build(), at(6));

        assertThat(desk.status().runningSequences()).isEqualTo(1);
        assertThat(listener.reports()).isZero();
    }

    private static GenerateRequest.Builder request() {
        return Requests.greedy("r", List.of(1, 2, 3), 50);
    }

    private void submit(GenerateRequest.Builder request) {
        desk.submit(request.build(), at(5));
    }

    private Arrival at(long unixNanos) {
        return new Arrival(unixNanos, now.toEpochMilli() * 1_000_000);
    }

    /** Answers the oldest plan; all its sampled rows get {@code tokenId}. */
    private void answer(int tokenId) {
        desk.outcome(sampled(plans.remove(), tokenId));
    }

    private static Sampled sampled(StepPlan plan, int tokenId) {
        List<SampledToken> tokens = plan.rows().stream()
                .filter(SequenceRows::sample)
                .map(rows -> new SampledToken(rows.sequenceId(), rows.firstPosition() + rows.tokenCount(), tokenId))
                .toList();
        return new Sampled(plan.epoch(), plan.stepId(), tokens);
    }

    @Nested
    class Structures {

        @Test
        void areCompiledBeforeTheRequestIsScheduled() {
            submit(structured());
            assertThat(compiling).containsExactly("r");
            assertThat(plans).isEmpty();

            desk.compiled("r", new StructureCompiler.Result.Ready("grammar.vocabulary"));

            assertThat(plans.getFirst().starts())
                    .extracting(SequenceStart::grammar)
                    .containsExactly("grammar.vocabulary");
        }

        @Test
        void thatAreRefusedFailTheirRequest() {
            submit(structured());
            Failure failure = Failure.newBuilder()
                    .setCode(FailureCode.FAILURE_CODE_INVALID_ARGUMENT)
                    .setField("structure.regex")
                    .build();

            desk.compiled("r", new StructureCompiler.Result.Refused(failure));

            assertThat(listener.report("r").getFailure()).isEqualTo(failure);
            assertThat(plans).isEmpty();
        }

        @Test
        void thatComeTooLateAreDropped() {
            submit(structured());
            desk.cancel(Requests.cancel("r"));

            desk.compiled("r", new StructureCompiler.Result.Ready("grammar.vocabulary"));

            assertThat(plans).isEmpty();
            assertThat(listener.report("r").getFinishList()).containsExactly(FinishReason.FINISH_REASON_CANCELLED);
        }

        @Test
        void areNotWaitedForLongerThanTheRequestMayTake() {
            submit(structured().setTimeoutMillis(500));
            now = now.plusSeconds(1);

            desk.tick();

            assertThat(listener.report("r").getFailure().getCode()).isEqualTo(FailureCode.FAILURE_CODE_DEADLINE);
        }

        private static GenerateRequest.Builder structured() {
            return request()
                    .setStructure(Structure.newBuilder().setRegex("[a-z]+"))
                    .setSampling(SamplingParameters.newBuilder().setTemperature(0));
        }
    }

    @Test
    void endsARequestWhoseTimeIsOver() {
        submit(request().setTimeoutMillis(500));
        answer(7);
        now = now.plusSeconds(1);

        desk.tick();

        RequestReport early = listener.reports() == 0 ? null : listener.report("r");
        assertThat(early).as("a step is still under way").isNull();
        answer(8);
        RequestReport report = listener.report("r");
        assertThat(report.getFailure().getCode()).isEqualTo(FailureCode.FAILURE_CODE_DEADLINE);
        assertThat(report.getGeneratedTokensList()).containsExactly(1);
        assertThat(report.getRows().getDiscarded())
                .as("the step that came back too late")
                .isEqualTo(1);
    }

    @Test
    void tellsWhatWasComputedForARequest() {
        submit(request().setMaxTokens(3));

        answer(7);
        answer(8);
        answer(9);

        RequestReport report = listener.report("r");
        assertThat(report.getRows().getComputed()).isEqualTo(report.getPromptTokens() + 2);
        assertThat(report.getRows().getDiscarded()).isZero();
    }
}
