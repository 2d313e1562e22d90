package dev.molink.stagenode.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.kvcache.KvGroup;
import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepOutcome.BadLogits;
import dev.molink.stagenode.plan.StepOutcome.Failed;
import dev.molink.stagenode.plan.StepOutcome.Sampled;
import dev.molink.stagenode.plan.StepOutcome.SampledToken;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.scheduling.SequenceUpdate.Broken;
import dev.molink.stagenode.scheduling.SequenceUpdate.Ending;
import dev.molink.stagenode.scheduling.SequenceUpdate.Generated;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random histories beside {@link ModelPipeline}: no block lost or doubled, one end per sequence, no gap in numbers. */
class SchedulerPropertyTests {

    private static final int STOP_ID = 5000;

    @Test
    void keepsItsRulesInEveryHistory() {
        int histories = Boolean.getBoolean("molink.test.full") ? 20_000 : 2_000;
        long restarted = 0;
        long sampled = 0;
        long firstSeed = 1;

        for (long seed = firstSeed; seed < firstSeed + histories; seed++) {
            History history = new History(seed);
            try {
                history.run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("history with seed %d failed: %s".formatted(seed, e.getMessage()), e);
            }
            restarted += history.pipeline.restarted();
            sampled += history.sampled;
        }

        System.out.printf(
                "scheduler histories with seeds %d to %d: %d tokens, %d sequences were preempted%n",
                firstSeed, firstSeed + histories - 1, sampled, restarted);
        assertThat(restarted).as("histories with preemption").isGreaterThan(histories / 100);
    }

    private static final class History {

        private final Random random;
        private final SchedulerSettings settings;
        private final Scheduler scheduler;
        private final ModelPipeline pipeline;
        private final boolean faults;

        /** Length of each live sequence. */
        private final Map<Long, Integer> live = new HashMap<>();

        /** By sequence id: the length at which it ends, and the position at which it gets the stop id. */
        private final List<Integer> maxTokens = new ArrayList<>();

        private final List<Integer> stopAt = new ArrayList<>();
        private final Set<Long> over = new HashSet<>();
        private long nextId;
        private long sampled;

        History(long seed) {
            random = new Random(seed);
            int stages = 1 + random.nextInt(4);
            int kvBlocks = 2 + random.nextInt(30);
            settings = new SchedulerSettings(
                    1 + random.nextInt(12),
                    1 + random.nextInt(12),
                    1 + random.nextInt(3),
                    1 + random.nextInt(8),
                    1 + random.nextInt(60));
            scheduler = new Scheduler(settings, 9, stages, List.of(KvGroup.full(kvBlocks)));
            pipeline = new ModelPipeline(settings, Math.max(stages, settings.decodeGroups()), kvBlocks);
            faults = random.nextBoolean();
        }

        void run() {
            int events = 50 + random.nextInt(150);
            for (int event = 0; event < events; event++) {
                int kind = random.nextInt(20);
                if (kind < 6) {
                    add();
                } else if (kind == 6) {
                    cancel();
                } else {
                    complete();
                }
                drain();
            }
            while (!pipeline.idle()) {
                complete();
                drain();
            }
            assertThat(live).as("sequences without an end").isEmpty();
            assertThat(over).hasSize((int) nextId);
            assertThat(scheduler.usedBlocks()).isZero();
            assertThat(scheduler.runningSequences() + scheduler.waitingSequences())
                    .isZero();
            assertThat(pipeline.sequencesWithBlocks()).isZero();
        }

        private void add() {
            if (scheduler.waitingRoom() == 0) {
                return;
            }
            int max = 2 + random.nextInt(Math.min(120, scheduler.longestSequence() - 1));
            int prompt = 1 + random.nextInt(max - 1);
            long id = nextId++;
            List<Integer> ids = IntStream.range(0, prompt)
                    .map(position -> ModelPipeline.tokenAt(id, position))
                    .boxed()
                    .toList();
            SamplingParameters sampling = SamplingParameters.plain(1, 1, List.of(STOP_ID));
            scheduler.add(new SequenceSpec(SequenceStart.plain(id, "r" + id, 0, 1, sampling), ids, max));
            live.put(id, prompt);
            maxTokens.add(max);
            stopAt.add(random.nextInt(4) == 0 ? prompt + random.nextInt(max - prompt) : max);
        }

        private void cancel() {
            if (!live.isEmpty()) {
                long id = List.copyOf(live.keySet()).get(random.nextInt(live.size()));
                live.remove(id);
                over.add(id);
                scheduler.end(id);
            }
        }

        private void complete() {
            if (pipeline.idle()) {
                return;
            }
            StepPlan plan = pipeline.comeBack(random);
            scheduler.complete(outcome(plan)).forEach(this::check);
            assertThat(scheduler.complete(new Failed(9, plan.stepId(), "again")))
                    .isEmpty();
            assertThat(scheduler.complete(new Failed(8, plan.stepId() + 1, "other epoch")))
                    .isEmpty();
        }

        private StepOutcome outcome(StepPlan plan) {
            if (faults && random.nextInt(30) == 0) {
                return new Failed(9, plan.stepId(), "stage 2: failed");
            }
            List<SampledToken> tokens = new ArrayList<>();
            List<BadLogits> bad = new ArrayList<>();
            for (SequenceRows rows : plan.rows()) {
                long id = rows.sequenceId();
                int position = rows.firstPosition() + rows.tokenCount();
                if (rows.sample() && faults && random.nextInt(30) == 0) {
                    bad.add(new BadLogits(id, "stage 3: NaN"));
                } else if (rows.sample()) {
                    int token = position == stopAt.get((int) id) ? STOP_ID : ModelPipeline.tokenAt(id, position);
                    tokens.add(new SampledToken(id, position, token));
                }
            }
            return new Sampled(9, plan.stepId(), tokens, List.of(), bad);
        }

        private void check(SequenceUpdate update) {
            long id = update.sequenceId();
            assertThat(live).as("nothing comes after the end").containsKey(id);
            switch (update) {
                case Broken broken -> assertThat(broken.reason()).startsWith("stage");
                case Generated token -> {
                    sampled++;
                    assertThat(token.position()).isEqualTo(live.get(id));
                    live.put(id, token.position() + 1);
                    assertThat(token.ending()).isEqualTo(endingAt(id, token.position()));
                    if (token.ending() == null) {
                        return;
                    }
                }
            }
            live.remove(id);
            over.add(id);
        }

        private @Nullable Ending endingAt(long id, int position) {
            if (position == stopAt.get((int) id)) {
                return Ending.STOP;
            }
            return position + 1 == maxTokens.get((int) id) ? Ending.LENGTH : null;
        }

        private void drain() {
            for (Optional<StepPlan> plan = scheduler.nextPlan(); plan.isPresent(); plan = scheduler.nextPlan()) {
                pipeline.execute(plan.get(), live.keySet());
            }
            assertThat(scheduler.usedBlocks()).isGreaterThanOrEqualTo(0);
            if (!live.isEmpty()) {
                assertThat(pipeline.idle()).as("live sequences get steps").isFalse();
            }
        }
    }
}
