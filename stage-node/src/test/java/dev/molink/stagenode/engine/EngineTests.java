package dev.molink.stagenode.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.proto.node.v1.FailureCode;
import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.stagenode.journal.RequestCounts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Head, loops and stages together: one to three stages in this process. */
class EngineTests {

    private static final int PLENTY = 400;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void givesTheSameTokensAloneAndInAnyCompany(int stages) throws Exception {
        long seed = 31;
        List<GenerateRequest> requests = randomRequests(seed, 24);
        Map<String, List<Integer>> alone = aloneOnOneStage(requests);

        // Few blocks: sequences are preempted and computed again.
        for (int kvBlocks : List.of(PLENTY, 12)) {
            try (EngineRun run = new EngineRun(stages, kvBlocks)) {
                requests.forEach(run.head()::submit);
                for (GenerateRequest request : requests) {
                    RequestReport report = run.listener().awaitReport(request.getRequestId());
                    List<Integer> tokens = run.listener().tokens(request.getRequestId(), 0, 0);
                    assertThat(tokens)
                            .as("seed %d, %d blocks, %s", seed, kvBlocks, request.getRequestId())
                            .isEqualTo(alone.get(request.getRequestId()));
                    assertThat(report.getGeneratedTokensList()).containsExactly(tokens.size());
                    assertThat(report.getFinishList()).containsExactly(FinishReason.FINISH_REASON_LENGTH);
                }
                run.awaitAllFreed();
            }
        }
    }

    /** What bills are proved against: at the last stage each position but the last sampled one was computed once. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void countsEachRowOfARequestOnceAtTheLastStage(int stages) throws Exception {
        List<GenerateRequest> requests = randomRequests(47, 24);
        Map<String, RequestReport> reports = new HashMap<>();
        Queue<RequestCounts> differences;
        try (EngineRun run = new EngineRun(stages, PLENTY)) {
            requests.forEach(run.head()::submit);
            for (GenerateRequest request : requests) {
                reports.put(request.getRequestId(), run.listener().awaitReport(request.getRequestId()));
            }
            differences = run.countsOfTheLastStage();
        }
        Map<String, RequestCounts> counted = new HashMap<>();
        differences.forEach(each -> counted.merge(each.requestId(), each, RequestCounts::plus));

        for (GenerateRequest request : requests) {
            RequestCounts counts = Objects.requireNonNull(counted.get(request.getRequestId()));
            assertThat(counts.rows().computed() + counts.rows().accepted())
                    .as(request.getRequestId())
                    .isEqualTo(billable(
                            request,
                            Objects.requireNonNull(reports.get(request.getRequestId())),
                            counts.cachedTokens()));
            assertThat(counts.busyNanos()).isPositive();
            assertThat(counts.bytesSent()).isZero();
            assertThat(counts.bytesReceived() > 0).isEqualTo(stages > 1);
        }
    }

    private static long billable(GenerateRequest request, RequestReport report, long cachedTokens) {
        return request.getPromptTokenIdsCount()
                - cachedTokens
                + report.getGeneratedTokensList().stream()
                        .mapToInt(generated -> Math.max(0, generated - 1))
                        .sum();
    }

    @Test
    void resubmittingWithGeneratedIdsContinuesExactly() throws Exception {
        try (EngineRun run = new EngineRun(2, PLENTY)) {
            List<Integer> prompt = List.of(5, 9, 2, 40);
            List<Integer> whole =
                    run.generate(Requests.seeded("whole", prompt, 30, 77).build());

            List<Integer> rest = run.generate(Requests.seeded("rest", prompt, 30, 77)
                    .addAllGeneratedTokenIds(whole.subList(0, 11))
                    .build());

            assertThat(whole).hasSize(30);
            assertThat(rest).isEqualTo(whole.subList(11, 30));
            assertThat(run.listener().report("rest").getGeneratedTokensList()).containsExactly(30);
        }
    }

    @Test
    void choicesOfOneRequestDifferAndRepeat() throws Exception {
        try (EngineRun run = new EngineRun(2, PLENTY)) {
            run.head()
                    .submit(Requests.seeded("a", List.of(5, 9), 12, 3)
                            .setChoices(3)
                            .build());
            run.head()
                    .submit(Requests.seeded("b", List.of(5, 9), 12, 3)
                            .setChoices(3)
                            .build());
            RequestReport report = run.listener().awaitReport("a");
            run.listener().awaitReport("b");

            List<List<Integer>> choices = IntStream.range(0, 3)
                    .mapToObj(i -> run.listener().tokens("a", i, 0))
                    .toList();
            assertThat(choices).doesNotHaveDuplicates();
            assertThat(IntStream.range(0, 3).mapToObj(i -> run.listener().tokens("b", i, 0)))
                    .isEqualTo(choices);
            assertThat(report.getGeneratedTokensList()).containsExactly(12, 12, 12);
        }
    }

    @Test
    void cancellingFreesEveryStageAndReportsWhatTheListenerGot() throws Exception {
        try (EngineRun run = new EngineRun(3, PLENTY)) {
            run.head().submit(Requests.seeded("gone", List.of(1, 2, 3), 100, 1).build());
            run.listener().awaitTokens("gone", 5);

            run.head().cancel(Requests.cancel("gone"));

            RequestReport report = run.listener().awaitReport("gone");
            assertThat(report.getFinishList()).containsExactly(FinishReason.FINISH_REASON_CANCELLED);
            run.awaitAllFreed();
            assertThat(report.getGeneratedTokens(0))
                    .isEqualTo(run.listener().events("gone").size());
            assertThat(run.listener().awaitReport("gone")).isSameAs(report);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aStepThatThrowsFailsItsRequestAndNamesTheStage(int stages) throws Exception {
        try (EngineRun run = new EngineRun(stages, PLENTY)) {
            List<Integer> poisoned = new ArrayList<>(Collections.nCopies(60, 4));
            poisoned.set(3, HistoryStage.POISON);

            assertThat(run.generate(Requests.greedy("bad", poisoned, 10).build()))
                    .isEmpty();

            RequestReport report = run.listener().report("bad");
            assertThat(report.getFinishList()).containsExactly(FinishReason.FINISH_REASON_FAILED);
            assertThat(report.getFailure().getCode()).isEqualTo(FailureCode.FAILURE_CODE_INTERNAL);
            assertThat(report.getFailure().getMessage()).contains("stage [", "poisoned token at position 3");
            assertThat(run.generate(Requests.greedy("good", List.of(4, 4), 10).build()))
                    .hasSize(10);
            run.awaitAllFreed();
        }
    }

    @Test
    void badLogitsFailTheirOwnRequestOnly() throws Exception {
        try (EngineRun run = new EngineRun(2, PLENTY)) {
            List<GenerateRequest> good = randomRequests(8, 6);
            Map<String, List<Integer>> alone = aloneOnOneStage(good);

            good.forEach(run.head()::submit);
            run.head()
                    .submit(Requests.greedy("bad", List.of(1, HistoryStage.NAN), 10)
                            .build());

            RequestReport report = run.listener().awaitReport("bad");
            assertThat(report.getFailure().getCode()).isEqualTo(FailureCode.FAILURE_CODE_BAD_LOGITS);
            assertThat(report.getFailure().getMessage())
                    .isEqualTo("stage [3, 6): the logit of token %d is NaN".formatted(HistoryStage.NAN));
            for (GenerateRequest request : good) {
                run.listener().awaitReport(request.getRequestId());
                assertThat(run.listener().tokens(request.getRequestId(), 0, 0))
                        .isEqualTo(alone.get(request.getRequestId()));
            }
            run.awaitAllFreed();
        }
    }

    @Test
    void servesAgainInTheNextEpoch() throws Exception {
        try (EngineRun run = new EngineRun(2, PLENTY)) {
            GenerateRequest request =
                    Requests.seeded("first", List.of(1, 2, 3), 100, 1).build();
            run.head().submit(request);
            run.listener().awaitTokens("first", 3);

            run.head().pipelineLost(1, "stage 2 of 2 is gone");
            RequestReport lost = run.listener().awaitReport("first");
            run.head().submit(request.toBuilder().setRequestId("between").build());
            RequestReport between = run.listener().awaitReport("between");
            run.form(2, PLENTY);
            List<Integer> again =
                    run.generate(request.toBuilder().setRequestId("again").build());

            assertThat(lost.getFailure().getCode()).isEqualTo(FailureCode.FAILURE_CODE_STAGE_LOST);
            assertThat(lost.getFailure().getMessage()).isEqualTo("stage 2 of 2 is gone");
            assertThat(lost.getGeneratedTokens(0))
                    .isEqualTo(run.listener().events("first").size());
            assertThat(between.getFailure().getCode()).isEqualTo(FailureCode.FAILURE_CODE_NO_PIPELINE);
            assertThat(again.subList(0, 3))
                    .isEqualTo(run.listener().tokens("first", 0, 0).subList(0, 3));
            assertThat(run.listener().report("again").getEpoch()).isEqualTo(2);
        }
    }

    @Test
    void manyHistoriesOfSubmittingAndCancellingEndWithEveryBlockFree() throws Exception {
        int rounds = Boolean.getBoolean("molink.test.full") ? 60 : 6;
        try (EngineRun run = new EngineRun(3, 40)) {
            for (int round = 0; round < rounds; round++) {
                Random random = new Random(round);
                List<String> ids = new ArrayList<>();
                for (GenerateRequest request : randomRequests(round, 20)) {
                    String id = "%d-%s".formatted(round, request.getRequestId());
                    ids.add(id);
                    run.head().submit(request.toBuilder().setRequestId(id).build());
                    if (random.nextInt(3) == 0) {
                        run.head().cancel(Requests.cancel(ids.get(random.nextInt(ids.size()))));
                    }
                }
                for (String id : ids) {
                    RequestReport report = run.listener().awaitReport(id);
                    assertThat(report.getGeneratedTokens(0))
                            .as("round and seed %d", round)
                            .isEqualTo(run.listener().tokens(id, 0, 0).size());
                }
                run.awaitAllFreed();
            }
        }
    }

    private static Map<String, List<Integer>> aloneOnOneStage(List<GenerateRequest> requests) throws Exception {
        Map<String, List<Integer>> alone = new HashMap<>();
        try (EngineRun run = new EngineRun(1, PLENTY)) {
            for (GenerateRequest request : requests) {
                alone.put(request.getRequestId(), run.generate(request));
            }
        }
        return alone;
    }

    private static List<GenerateRequest> randomRequests(long seed, int count) {
        Random random = new Random(seed);
        List<GenerateRequest> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<Integer> prompt =
                    random.ints(1 + random.nextInt(60), 0, 90).boxed().toList();
            requests.add(
                    Requests.seeded("r" + i, prompt, 1 + random.nextInt(50), i).build());
        }
        return requests;
    }
}
