package dev.molink.stagenode.kvcache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.BlockTrim;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random histories of a pool beside {@link NaivePool}, which predicts it, and {@link StageReplica}, which obeys it. */
class KvPoolPropertyTests {

    @Test
    void keepsItsRulesInEveryHistory() {
        int histories = Boolean.getBoolean("molink.test.full") ? 10_000 : 1_000;
        long[] seen = new long[5];

        for (long seed = 1; seed <= histories; seed++) {
            History history = new History(seed);
            try {
                history.run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("history with seed %d failed: %s".formatted(seed, e.getMessage()), e);
            }
            history.addTo(seen);
        }

        System.out.printf(
                "KV pool histories with seeds 1 to %d: %d tokens hit, %d blocks evicted, %d branches, %d copies, %d blocks trimmed%n",
                histories, seen[0], seen[1], seen[2], seen[3], seen[4]);
        assertThat(Arrays.stream(seen).min().orElseThrow())
                .as("how often the rarest thing happened")
                .isGreaterThan(histories / 10);
    }

    private static final class History {

        private record Step(Live live, int firstPosition, List<Long> rows, int confirmed, BlockChanges changes) {}

        private static final class Live {

            final NaivePool.Sequence model;
            final PrefixChain chain;
            final SequenceBlocks blocks;
            int planned;
            int inFlight;

            /** What the next plan has to carry. */
            BlockChanges start;

            Live(NaivePool.Sequence model, PrefixChain chain, Admission admission) {
                this.model = model;
                this.chain = chain;
                this.blocks = admission.blocks();
                this.planned = admission.cachedTokens();
                this.start = admission.changes();
            }
        }

        private final Random random;
        private final KvPool pool;
        private final NaivePool naive;
        private final StageReplica stage;
        private final int kvGroups;
        private final List<Live> live = new ArrayList<>();
        private final Deque<Step> steps = new ArrayDeque<>();

        /** Chains of released sequences that may come back, with their ids. */
        private final Map<PrefixChain, NaivePool.Sequence> preempted = new HashMap<>();

        private final List<Integer> text;
        private long nextId;
        private long branches;
        private long copies;
        private long trimmed;

        History(long seed) {
            random = new Random(seed);
            List<KvGroup> groups = new ArrayList<>();
            for (int g = 1 + random.nextInt(3); g > 0; g--) {
                groups.add(new KvGroup(random.nextBoolean() ? 0 : 1 + random.nextInt(70), 8 + random.nextInt(24)));
            }
            kvGroups = groups.size();
            pool = new KvPool(groups);
            naive = new NaivePool(groups);
            stage = new StageReplica(groups);
            text = random.ints(120, 0, 3).boxed().toList();
        }

        void run() {
            for (int operation = 0; operation < 150; operation++) {
                switch (random.nextInt(12)) {
                    case 0, 1 -> admit();
                    case 2 -> fork();
                    case 3 -> release();
                    case 4, 5, 6, 7 -> step();
                    default -> complete();
                }
                naive.compare(pool);
            }
            while (!steps.isEmpty()) {
                complete();
            }
            while (!live.isEmpty()) {
                release();
                naive.compare(pool);
            }
            for (int g = 0; g < kvGroups; g++) {
                assertThat(pool.usage(g).usedBlocks()).isZero();
            }
        }

        private void admit() {
            NaivePool.Sequence model = new NaivePool.Sequence(nextId++, random.nextBoolean() ? "a" : "b", ids(0, 120));
            PrefixChain chain = new PrefixChain(model.salt, model.ids::get);
            if (!preempted.isEmpty() && random.nextInt(3) == 0) {
                chain = preempted.keySet().stream().findFirst().orElseThrow();
                NaivePool.Sequence before = Objects.requireNonNull(preempted.get(chain));
                model = new NaivePool.Sequence(model.id, before.salt, before.ids);
            }
            admit(model, chain);
        }

        private void admit(NaivePool.Sequence model, PrefixChain chain) {
            int tokens = model.ids.size();
            int reusable = random.nextInt(4) == 0 ? random.nextInt(tokens + 1) : tokens;
            int spare = random.nextInt(4);
            int hit = naive.hit(model, tokens, reusable);
            boolean suffices = naive.suffices(model, tokens, hit, spare);

            Optional<Admission> admission = pool.admit(new Candidate(model.id, chain, tokens, reusable), spare);

            assertThat(admission.isPresent()).isEqualTo(suffices);
            if (admission.isPresent()) {
                assertThat(admission.get().cachedTokens()).isEqualTo(hit * KvPool.BLOCK_TOKENS);
                naive.admitted(model, tokens, hit, admission.get().changes());
                stage.requireShared(model, admission.get().changes(), hit * KvPool.BLOCK_TOKENS);
                live.add(new Live(model, chain, admission.get()));
                preempted.remove(chain);
            }
        }

        /** A beginning of the text all sequences share, and something of its own behind. */
        private List<Integer> ids(int least, int most) {
            List<Integer> ids = new ArrayList<>(text.subList(0, least + random.nextInt(most - least + 1)));
            random.ints(1 + random.nextInt(30), 0, 3).forEach(ids::add);
            return ids;
        }

        private void fork() {
            if (live.isEmpty()) {
                return;
            }
            Live parent = live.get(random.nextInt(live.size()));
            int tokens = random.nextInt(parent.model.confirmed + 2);
            assertThat(pool.mayFork(parent.blocks, tokens)).isEqualTo(naive.mayFork(parent.model, tokens));
            if (!naive.mayFork(parent.model, tokens)) {
                return;
            }
            List<Integer> ids = new ArrayList<>(parent.model.ids.subList(0, tokens));
            random.ints(1 + random.nextInt(40), 0, 3).forEach(ids::add);
            NaivePool.Sequence model = new NaivePool.Sequence(nextId++, parent.model.salt, ids);
            PrefixChain chain = parent.chain.branch(model.ids::get, tokens);

            Admission admission = pool.fork(parent.blocks, model.id, chain, tokens);

            naive.forked(parent.model, model, tokens, admission.changes());
            stage.requireShared(model, admission.changes(), tokens);
            live.add(new Live(model, chain, admission));
            branches++;
        }

        private void step() {
            if (live.isEmpty()) {
                return;
            }
            Live sequence = live.get(random.nextInt(live.size()));
            int left = sequence.model.ids.size() - sequence.planned;
            int drafts = 0;
            if (left == 0 && sequence.inFlight == 0) {
                sequence.model.ids.add(random.nextInt(3));
                left = 1;
                drafts = random.nextInt(6);
            }
            if (left == 0) {
                return;
            }
            plan(sequence, drafts > 0 ? 1 : 1 + random.nextInt(Math.min(40, left)), drafts);
        }

        private void plan(Live sequence, int rows, int drafts) {
            int first = sequence.planned;
            int positions = first + rows + drafts;
            List<BlockTrim> trims = new ArrayList<>(sequence.start.trims());
            trims.addAll(pool.trim(sequence.blocks, first));
            boolean grows = naive.canGrow(sequence.model, positions);
            assertThat(pool.roomFor(sequence.blocks) >= positions).isEqualTo(grows);

            Optional<BlockChanges> changes = pool.grow(sequence.blocks, positions);

            assertThat(changes.isPresent()).isEqualTo(grows);
            if (changes.isEmpty()) {
                sequence.start = new BlockChanges(trims, sequence.start.appends(), sequence.start.copies());
                return;
            }
            naive.grew(sequence.model, positions, changes.get());
            issue(sequence, rows, drafts, trims, changes.get());
        }

        private void issue(Live sequence, int rows, int drafts, List<BlockTrim> trims, BlockChanges changes) {
            int first = sequence.planned;
            List<Long> contents = new ArrayList<>();
            for (int position = first; position < first + rows; position++) {
                contents.add(StageReplica.content(sequence.model.salt, sequence.model.ids, position));
            }
            for (int draft = random.nextInt(drafts + 1); draft < drafts; draft++) {
                contents.add(StageReplica.REJECTED);
            }
            var appends = new ArrayList<>(sequence.start.appends());
            appends.addAll(changes.appends());
            sequence.start = BlockChanges.NONE;
            sequence.planned = first + rows;
            sequence.inFlight++;
            copies += changes.copies().size();
            trimmed += trims.size();
            steps.add(new Step(
                    sequence, first, contents, sequence.planned, new BlockChanges(trims, appends, changes.copies())));
        }

        /** The oldest step is computed on the stage, and only then: what was shared too early was not there yet. */
        private void complete() {
            Step step = steps.poll();
            if (step == null) {
                return;
            }
            Live sequence = step.live();
            stage.apply(step.changes());
            stage.compute(sequence.model, step.firstPosition(), step.rows());

            sequence.inFlight--;
            pool.confirm(sequence.blocks, step.confirmed());
            naive.confirmed(sequence.model, step.confirmed());
            pool.reclaim(sequence.blocks, step.firstPosition());
            naive.reclaimed(sequence.model, step.firstPosition());
        }

        private void release() {
            List<Live> idle = live.stream().filter(each -> each.inFlight == 0).toList();
            if (idle.isEmpty()) {
                return;
            }
            Live sequence = idle.get(random.nextInt(idle.size()));
            pool.release(sequence.blocks);
            naive.released(sequence.model);
            stage.drop(sequence.model.id);
            live.remove(sequence);
            if (random.nextBoolean()) {
                preempted.put(sequence.chain, sequence.model);
            }
        }

        void addTo(long[] seen) {
            seen[0] += pool.hitTokens();
            for (int g = 0; g < kvGroups; g++) {
                seen[1] += pool.usage(g).evictedBlocks();
            }
            seen[2] += branches;
            seen[3] += copies;
            seen[4] += trimmed;
        }
    }
}
