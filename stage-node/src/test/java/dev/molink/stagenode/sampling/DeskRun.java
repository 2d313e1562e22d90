package dev.molink.stagenode.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.execution.StageOutput;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepOutcome.PromptLogprobs;
import dev.molink.stagenode.plan.StepOutcome.Sampled;
import dev.molink.stagenode.plan.StepOutcome.SampledToken;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.plan.TokenLogprobs;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A head and a model around a {@link SamplingDesk}: sequences whose logits are a function of the ids so far, computed in
 * pieces, batches, with drafts and with preemptions as a test wants it.
 */
final class DeskRun {

    /** What a test gets of a sequence: everything that must not depend on how it was computed. */
    record Text(List<Integer> ids, List<TokenLogprobs> logprobs, Map<Integer, TokenLogprobs> prompt, String end) {}

    /** A request. Ends at a stop id, after {@code maxTokens}, or when its logits are bad. */
    record Wish(
            List<Integer> prompt,
            SamplingParameters sampling,
            int choice,
            int maxTokens,
            int promptLogprobs,
            @Nullable String grammar) {}

    /** How steps are made. */
    record Schedule(int piece, int batch, double preemption, double drafting, long seed) {

        static final Schedule PLAIN = new Schedule(Integer.MAX_VALUE, 1, 0, 0, 0);
    }

    private static final class Live {

        private final long id;
        private final Wish wish;
        private final List<Integer> ids;
        private final List<TokenLogprobs> logprobs = new ArrayList<>();
        private final Map<Integer, TokenLogprobs> prompt = new TreeMap<>();
        private int computed;
        private boolean started;
        private @Nullable String end;

        Live(long id, Wish wish) {
            this.id = id;
            this.wish = wish;
            ids = new ArrayList<>(wish.prompt());
        }

        /** More than the last id is to be computed. */
        boolean prefilling() {
            return computed + 1 < ids.size();
        }

        SequenceStart start() {
            return new SequenceStart(
                    id,
                    "r",
                    wish.choice(),
                    wish.prompt().size(),
                    0,
                    wish.sampling(),
                    ids,
                    wish.promptLogprobs(),
                    wish.grammar());
        }

        /** Drafts may be accepted beyond the end that the head sets. */
        void take(SampledToken token) {
            if (end != null) {
                return;
            }
            assertThat(token.position()).isEqualTo(ids.size());
            ids.add(token.tokenId());
            if (token.logprobs() != null) {
                logprobs.add(token.logprobs());
            }
            if (wish.sampling().tokens().stop().contains(token.tokenId())) {
                end = "stop";
            } else if (ids.size() == wish.prompt().size() + wish.maxTokens()) {
                end = "length";
            }
        }

        void take(PromptLogprobs found) {
            for (int i = 0; i < found.logprobs().size(); i++) {
                TokenLogprobs again = found.logprobs().get(i);
                assertThat(prompt.getOrDefault(found.firstPosition() + i, again))
                        .isEqualTo(again);
                prompt.put(found.firstPosition() + i, again);
            }
        }

        /** Of a prompt with bad logits it depends on the pieces how much is told before. */
        Text text() {
            List<Integer> generated = ids.subList(wish.prompt().size(), ids.size());
            return new Text(generated, logprobs, generated.isEmpty() ? Map.of() : prompt, String.valueOf(end));
        }
    }

    private static final List<StepKind> KINDS = List.of(StepKind.values());

    private final int vocabulary;
    private final long model;
    private final SamplingDesk desk;
    private final Schedule schedule;
    private final Random random;
    private final Map<Long, Live> open = new TreeMap<>();
    private long steps;

    /** @param model seed of the logits */
    DeskRun(int vocabulary, long model, GrammarSource grammars, Schedule schedule) {
        this.vocabulary = vocabulary;
        this.model = model;
        this.schedule = schedule;
        desk = new SamplingDesk("stage 2", grammars);
        random = new Random(schedule.seed());
    }

    List<Text> run(List<Wish> wishes) {
        List<Live> all = new ArrayList<>();
        wishes.forEach(wish -> all.add(new Live(100 + all.size(), wish)));
        all.forEach(live -> open.put(live.id, live));
        while (!open.isEmpty()) {
            step();
        }
        assertThat(desk.sequences()).isZero();
        return all.stream().map(Live::text).toList();
    }

    long steps() {
        return steps;
    }

    private void step() {
        StepKind kind = KINDS.get(random.nextInt(KINDS.size()));
        List<Live> order = new ArrayList<>(open.values());
        Collections.shuffle(order, random);
        List<SequenceRows> rows = new ArrayList<>();
        List<float[]> logits = new ArrayList<>();
        for (Live live : order) {
            if (live.started && random.nextDouble() < schedule.preemption()) {
                desk.end(live.id);
                live.started = false;
                live.computed = 0;
            } else if (live.prefilling() == (kind == StepKind.PREFILL) && rows.size() < schedule.batch()) {
                rows.add(kind == StepKind.VERIFY ? verify(live, logits) : compute(live, kind, logits));
            }
        }
        if (!rows.isEmpty()) {
            run(kind, rows, logits);
        }
    }

    private SequenceRows compute(Live live, StepKind kind, List<float[]> logits) {
        begin(live);
        int end = (int) Math.min(live.ids.size(), (long) live.computed + schedule.piece());
        boolean sample = end == live.ids.size();
        boolean all = kind == StepKind.PREFILL && live.wish.promptLogprobs() != SamplingParameters.NO_LOGPROBS;
        addLogits(live.ids, all ? live.computed : sample ? end - 1 : end, end, logits);
        List<Integer> tokenIds = live.ids.subList(live.computed, end);
        return SequenceRows.fresh(live.id, live.computed, end - live.computed, sample, tokenIds);
    }

    /** The last token and drafts, of which three in four are what the model finds most likely. */
    private SequenceRows verify(Live live, List<float[]> logits) {
        begin(live);
        List<Integer> ids = new ArrayList<>(live.ids);
        while (random.nextDouble() < schedule.drafting()) {
            ids.add(random.nextInt(4) == 0 ? random.nextInt(vocabulary) : mostLikely(ids));
        }
        addLogits(ids, live.computed, ids.size(), logits);
        int count = ids.size() - live.computed;
        return new SequenceRows(live.id, live.computed, count, count, 0, ids.subList(live.computed, ids.size()));
    }

    private void begin(Live live) {
        if (!live.started) {
            desk.start(live.start());
            live.started = true;
        }
    }

    private void addLogits(List<Integer> ids, int first, int end, List<float[]> logits) {
        for (int position = first; position < end; position++) {
            logits.add(logits(ids.subList(0, position + 1)));
        }
    }

    private void run(StepKind kind, List<SequenceRows> rows, List<float[]> logits) {
        float[] values = new float[logits.size() * vocabulary];
        for (int row = 0; row < logits.size(); row++) {
            System.arraycopy(logits.get(row), 0, values, row * vocabulary, vocabulary);
        }
        StepPlan plan = new StepPlan(3, steps++, kind, rows, List.of(), BlockChanges.NONE, List.of(), List.of());

        Sampled outcome = desk.sample(
                plan.forLaterStages(),
                new StageOutput.Logits(
                        MemorySegment.ofArray(values), logits.size(), vocabulary, new int[logits.size()]));

        outcome.promptLogprobs().forEach(each -> live(each.sequenceId()).take(each));
        outcome.tokens().forEach(each -> live(each.sequenceId()).take(each));
        outcome.badLogits().forEach(each -> live(each.sequenceId()).end = each.reason());
        for (SequenceRows each : rows) {
            Live live = live(each.sequenceId());
            live.computed = Math.min(each.firstPosition() + each.tokenCount(), live.ids.size() - 1);
            if (live.end != null) {
                desk.end(live.id);
                open.remove(live.id);
            }
        }
    }

    private Live live(long sequenceId) {
        return Objects.requireNonNull(open.get(sequenceId));
    }

    /** The model: a function of the ids so far that makes up its mind, and once in a while breaks. */
    private float[] logits(List<Integer> ids) {
        Random own = new Random(model ^ (ids.hashCode() * 0x9E3779B97F4A7C15L));
        float[] logits = Sequences.gaussian(vocabulary, own);
        logits[own.nextInt(vocabulary)] += 5;
        if (own.nextInt(200) == 0) {
            logits[own.nextInt(vocabulary)] = Float.NaN;
        }
        return logits;
    }

    private int mostLikely(List<Integer> ids) {
        float[] logits = logits(ids);
        int best = 0;
        for (int id = 1; id < vocabulary; id++) {
            best = logits[id] > logits[best] ? id : best;
        }
        return best;
    }
}
