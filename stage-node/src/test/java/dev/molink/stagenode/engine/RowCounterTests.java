package dev.molink.stagenode.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.journal.RequestCounts;
import dev.molink.stagenode.journal.RequestCounts.Rows;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SequenceEnd;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.plan.VerifiedRows;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowCounterTests {

    private final RowCounter counter = new RowCounter(7);
    private final Map<String, RequestCounts> sums = new HashMap<>();
    private long nextStep;

    @Test
    void countsWhatARequestNeeds() {
        run(StepKind.PREFILL, List.of(start(1, "a", 0, 10, 4)), List.of(rows(1, 4, 6, 0)), List.of(), List.of());
        for (int position = 10; position < 15; position++) {
            run(StepKind.DECODE, List.of(), List.of(rows(1, position, 1, 0)), List.of(), List.of());
        }
        run(StepKind.DECODE, List.of(), List.of(), List.of(), List.of(SequenceEnd.over(1)));

        // Prompt 10, 4 of it cached; 6 ids were generated, so 5 were computed.
        assertThat(sum("a").rows()).isEqualTo(new Rows(11, 0, 0, 0, 0, 0));
        assertThat(sum("a").cachedTokens()).isEqualTo(4);
    }

    @Test
    void tellsComputedFromRecomputedAfterAPreemption() {
        run(StepKind.PREFILL, List.of(start(1, "a", 0, 10, 0)), List.of(rows(1, 0, 10, 0)), List.of(), List.of());
        run(StepKind.DECODE, List.of(), List.of(rows(2, 0, 1, 0)), List.of(), List.of(new SequenceEnd(1, 0, false)));
        run(StepKind.PREFILL, List.of(start(1, "a", 0, 10, 8)), List.of(rows(1, 8, 3, 2)), List.of(), List.of());
        run(StepKind.DECODE, List.of(), List.of(), List.of(), List.of(SequenceEnd.over(1)));

        assertThat(sum("a").rows()).isEqualTo(new Rows(11, 2, 0, 0, 0, 0));
        assertThat(sum("a").cachedTokens())
                .as("the second start hits what the first one wrote")
                .isZero();
    }

    @Test
    void makesDraftsWhatTheVerdictSays() {
        run(StepKind.PREFILL, List.of(start(1, "a", 0, 3, 0)), List.of(rows(1, 0, 3, 0)), List.of(), List.of());
        run(StepKind.VERIFY, List.of(), List.of(drafted(1, 3, 5)), List.of(), List.of());
        assertThat(sum("a").rows()).as("before the verdict").isEqualTo(new Rows(4, 0, 0, 0, 0, 0));

        run(StepKind.VERIFY, List.of(), List.of(drafted(1, 6, 4)), List.of(new VerifiedRows(1, 2, 2)), List.of());
        run(StepKind.DECODE, List.of(), List.of(), List.of(new VerifiedRows(1, 3, 0)), List.of(SequenceEnd.over(1)));

        assertThat(sum("a").rows()).isEqualTo(new Rows(5, 0, 0, 5, 2, 0));
    }

    @Test
    void movesRowsThatWereForNothingFromComputedToDiscarded() {
        run(StepKind.PREFILL, List.of(start(1, "a", 0, 8, 0)), List.of(rows(1, 0, 8, 6)), List.of(), List.of());
        run(StepKind.VERIFY, List.of(), List.of(drafted(1, 8, 4)), List.of(), List.of());

        // Cancelled while the verify step was under way: its drafts are rejected, its first row is discarded.
        run(
                StepKind.DECODE,
                List.of(),
                List.of(),
                List.of(new VerifiedRows(1, 0, 3)),
                List.of(new SequenceEnd(1, 1, true)));

        assertThat(sum("a").rows()).isEqualTo(new Rows(2, 6, 0, 0, 3, 1));
    }

    @Test
    void discardsDraftsThatNobodyJudged() {
        run(StepKind.VERIFY, List.of(start(1, "a", 0, 1, 0)), List.of(drafted(1, 0, 3)), List.of(), List.of());

        run(StepKind.DECODE, List.of(), List.of(), List.of(), List.of(SequenceEnd.over(1)));

        assertThat(sum("a").rows()).isEqualTo(new Rows(1, 0, 0, 0, 0, 2));
    }

    @Test
    void discardsNoMoreThanWasComputedHere() {
        run(StepKind.PREFILL, List.of(start(1, "a", 0, 8, 0)), List.of(rows(1, 0, 2, 0)), List.of(), List.of());

        run(StepKind.DECODE, List.of(), List.of(), List.of(), List.of(new SequenceEnd(1, 6, true)));

        assertThat(sum("a").rows()).isEqualTo(new Rows(0, 0, 0, 0, 0, 2));
    }

    @Test
    void countsTheCachedPromptOfARequestOnceForAllItsChoices() {
        run(
                StepKind.PREFILL,
                List.of(start(1, "a", 0, 20, 16), start(2, "a", 1, 20, 19)),
                List.of(rows(1, 16, 4, 0), rows(2, 19, 1, 1)),
                List.of(),
                List.of());

        assertThat(sum("a").cachedTokens()).isEqualTo(16);
        assertThat(sum("a").rows()).isEqualTo(new Rows(4, 1, 0, 0, 0, 0));
    }

    @Test
    void handsOutARequestWhenItsLastSequenceEnded() {
        List<RequestCounts> over = new ArrayList<>();
        run(
                StepKind.PREFILL,
                List.of(start(1, "a", 0, 1, 0), start(2, "a", 1, 1, 0), start(3, "b", 0, 1, 0)),
                List.of(rows(1, 0, 1, 0), rows(2, 0, 1, 1), rows(3, 0, 1, 0)),
                List.of(),
                List.of());

        counter.applied(plan(
                StepKind.DECODE, List.of(), List.of(), List.of(), List.of(SequenceEnd.over(1), SequenceEnd.over(3))));
        counter.takeOver(over::add);
        assertThat(over).as("b was handed out before; nothing is new").isEmpty();

        StepPlan more = plan(StepKind.DECODE, List.of(), List.of(rows(2, 1, 1, 0)), List.of(), List.of());
        counter.computed(more, 10, 0, 0);
        counter.applied(plan(StepKind.DECODE, List.of(), List.of(), List.of(), List.of(SequenceEnd.over(2))));
        counter.takeOver(over::add);
        assertThat(over).extracting(RequestCounts::requestId).containsExactly("a");
    }

    @Test
    void sharesTimeAndBytesOfAStepByRowsWithoutARest() {
        StepPlan step = plan(
                StepKind.PREFILL,
                List.of(start(1, "a", 0, 3, 0), start(2, "b", 0, 2, 0), start(3, "c", 0, 2, 0)),
                List.of(rows(1, 0, 3, 0), rows(2, 0, 2, 0), rows(3, 0, 2, 0)),
                List.of(),
                List.of());

        counter.computed(step, 1_000, 7 * 64, 7 * 128);
        collect();

        assertThat(sum("a").busyNanos() + sum("b").busyNanos() + sum("c").busyNanos())
                .isEqualTo(1_000);
        assertThat(sum("a").busyNanos()).isEqualTo(428);
        assertThat(sum("a").bytesReceived()).isEqualTo(3 * 64);
        assertThat(sum("c").bytesSent()).isEqualTo(2 * 128);
    }

    /** Random histories against a list of single rows and what became of each. */
    @Test
    void agreesWithAListOfSingleRows() {
        for (long seed = 0; seed < 200; seed++) {
            agreesWithAListOfSingleRows(seed);
        }
    }

    private enum Fate {
        COMPUTED,
        RECOMPUTED,
        DRAFT,
        ACCEPTED,
        REJECTED,
        DISCARDED
    }

    private void agreesWithAListOfSingleRows(long seed) {
        Random random = new Random(seed);
        RowCounter counted = new RowCounter(1);
        Map<String, RequestCounts> taken = new HashMap<>();
        Map<Long, List<Fate[]>> live = new HashMap<>();
        Map<Long, String> requestOf = new HashMap<>();
        Map<String, List<Fate[]>> all = new HashMap<>();
        long nextSequence = 0;
        for (int step = 0; step < 120; step++) {
            List<SequenceStart> starts = new ArrayList<>();
            List<SequenceRows> rows = new ArrayList<>();
            List<VerifiedRows> verdicts = new ArrayList<>();
            List<SequenceEnd> ends = new ArrayList<>();
            for (Map.Entry<Long, List<Fate[]>> each : List.copyOf(live.entrySet())) {
                judge(random, each.getKey(), each.getValue(), verdicts);
                if (random.nextInt(8) == 0) {
                    ends.add(end(random, each.getKey(), each.getValue()));
                    if (ends.getLast().over()) {
                        live.remove(each.getKey());
                    }
                }
            }
            if (random.nextBoolean()) {
                String request = "r" + random.nextInt(20);
                starts.add(start(nextSequence, request, 0, 5, 0));
                requestOf.put(nextSequence, request);
                live.put(nextSequence++, new ArrayList<>());
            }
            boolean verify = random.nextInt(3) == 0;
            for (Map.Entry<Long, List<Fate[]>> each : live.entrySet()) {
                long sequence = each.getKey();
                if (random.nextBoolean()) {
                    int count = 1 + random.nextInt(5);
                    int again = verify ? 0 : random.nextInt(count + 1);
                    rows.add(verify ? drafted(sequence, 0, count) : rows(sequence, 0, count, again));
                    for (int i = 0; i < count; i++) {
                        Fate[] fate = {i < again ? Fate.RECOMPUTED : verify && i > 0 ? Fate.DRAFT : Fate.COMPUTED};
                        each.getValue().add(fate);
                        all.computeIfAbsent(requestOf.getOrDefault(sequence, ""), _ -> new ArrayList<>())
                                .add(fate);
                    }
                }
            }
            StepPlan plan = plan(verify ? StepKind.VERIFY : StepKind.PREFILL, starts, rows, verdicts, ends);
            counted.applied(plan);
            counted.computed(plan, 100, 0, 0);
            counted.takeOver(over -> taken.merge(over.requestId(), over, RequestCounts::plus));
            if (random.nextInt(10) == 0) {
                counted.takeAll(each -> taken.merge(each.requestId(), each, RequestCounts::plus));
            }
        }
        counted.takeAll(each -> taken.merge(each.requestId(), each, RequestCounts::plus));

        all.forEach((request, fates) -> assertThat(taken.getOrDefault(request, RequestCounts.none(request, 1))
                        .rows())
                .as("seed %d, request %s", seed, request)
                .isEqualTo(count(fates)));
    }

    private static void judge(Random random, long sequence, List<Fate[]> rows, List<VerifiedRows> verdicts) {
        List<Fate[]> drafts =
                rows.stream().filter(fate -> fate[0] == Fate.DRAFT).toList();
        if (!drafts.isEmpty()) {
            int accepted = random.nextInt(drafts.size() + 1);
            verdicts.add(new VerifiedRows(sequence, accepted, drafts.size() - accepted));
            for (int i = 0; i < drafts.size(); i++) {
                drafts.get(i)[0] = i < accepted ? Fate.ACCEPTED : Fate.REJECTED;
            }
        }
    }

    private static SequenceEnd end(Random random, long sequence, List<Fate[]> rows) {
        List<Fate[]> computed =
                rows.stream().filter(fate -> fate[0] == Fate.COMPUTED).toList();
        int discarded = random.nextInt(computed.size() + 1);
        computed.subList(computed.size() - discarded, computed.size()).forEach(fate -> fate[0] = Fate.DISCARDED);
        rows.clear();
        return new SequenceEnd(sequence, discarded, random.nextInt(3) > 0);
    }

    private static Rows count(List<Fate[]> fates) {
        Map<Fate, Long> counts = new EnumMap<>(Fate.class);
        fates.forEach(fate -> counts.merge(fate[0], 1L, Long::sum));
        return new Rows(
                counts.getOrDefault(Fate.COMPUTED, 0L),
                counts.getOrDefault(Fate.RECOMPUTED, 0L),
                0,
                counts.getOrDefault(Fate.ACCEPTED, 0L),
                counts.getOrDefault(Fate.REJECTED, 0L),
                counts.getOrDefault(Fate.DISCARDED, 0L));
    }

    private void run(
            StepKind kind,
            List<SequenceStart> starts,
            List<SequenceRows> rows,
            List<VerifiedRows> verified,
            List<SequenceEnd> ended) {
        StepPlan plan = plan(kind, starts, rows, verified, ended);
        counter.applied(plan);
        counter.computed(plan, 1_000, 0, 0);
        collect();
    }

    private void collect() {
        counter.takeAll(each -> sums.merge(each.requestId(), each, RequestCounts::plus));
    }

    private RequestCounts sum(String request) {
        return sums.getOrDefault(request, RequestCounts.none(request, 7));
    }

    private StepPlan plan(
            StepKind kind,
            List<SequenceStart> starts,
            List<SequenceRows> rows,
            List<VerifiedRows> verified,
            List<SequenceEnd> ended) {
        return new StepPlan(7, nextStep++, kind, rows, starts, BlockChanges.NONE, verified, ended);
    }

    private static SequenceRows rows(long sequence, int first, int count, int again) {
        return new SequenceRows(sequence, first, count, 0, again, Collections.nCopies(count, 1));
    }

    /** A row and drafts behind it. */
    private static SequenceRows drafted(long sequence, int first, int count) {
        return new SequenceRows(sequence, first, count, count, 0, Collections.nCopies(count, 1));
    }

    private static SequenceStart start(long sequence, String request, int choice, int promptTokens, int cached) {
        return new SequenceStart(
                sequence,
                request,
                choice,
                promptTokens,
                cached,
                SamplingParameters.plain(0, 0, List.of()),
                List.of(),
                SamplingParameters.NO_LOGPROBS,
                null);
    }
}
