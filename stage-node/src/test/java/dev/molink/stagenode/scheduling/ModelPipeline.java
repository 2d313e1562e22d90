package dev.molink.stagenode.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.kvcache.BlockAllocator;
import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What stages would know from the plans alone; checks every rule that a plan must keep. */
final class ModelPipeline {

    private final SchedulerSettings settings;
    private final int decodeGroups;
    private final int kvBlocks;
    private final Map<Long, List<Integer>> tables = new HashMap<>();
    private final Map<Long, Integer> computed = new HashMap<>();
    private final Map<Long, Integer> starts = new HashMap<>();
    private final List<StepPlan> inFlight = new ArrayList<>();
    private long nextStepId;

    ModelPipeline(SchedulerSettings settings, int decodeGroups, int kvBlocks) {
        this.settings = settings;
        this.decodeGroups = decodeGroups;
        this.kvBlocks = kvBlocks;
    }

    /** The id that stands at a position of a sequence, prompt and generated alike. */
    static int tokenAt(long sequenceId, int position) {
        return (int) ((sequenceId * 31 + position * 17L) % 1000);
    }

    void execute(StepPlan plan, Set<Long> live) {
        assertThat(plan.stepId()).as("plan numbers have no gaps").isEqualTo(nextStepId++);
        plan.ended().forEach(end -> end(end.sequenceId()));
        for (SequenceStart start : plan.starts()) {
            assertThat(tables).doesNotContainKey(start.sequenceId());
            tables.put(start.sequenceId(), new ArrayList<>());
            computed.put(start.sequenceId(), 0);
            starts.merge(start.sequenceId(), 1, Integer::sum);
        }
        plan.blocks().appends().forEach(this::append);
        assertThat(plan.rows()).extracting(SequenceRows::sequenceId).doesNotHaveDuplicates();
        plan.rows().forEach(rows -> compute(plan.kind(), rows, live));
        inFlight.add(plan);
        checkBounds(plan);
    }

    private void end(long sequenceId) {
        assertThat(tables).containsKey(sequenceId);
        assertThat(sequencesInFlight(null))
                .as("no step uses the blocks of an ended sequence")
                .doesNotContain(sequenceId);
        tables.remove(sequenceId);
    }

    private void append(BlockAppend append) {
        Set<Integer> used = new HashSet<>();
        tables.values().forEach(used::addAll);
        assertThat(append.blockIds())
                .allMatch(id -> id >= 0 && id < kvBlocks)
                .noneMatch(used::contains)
                .doesNotHaveDuplicates();
        table(append.sequenceId()).addAll(append.blockIds());
    }

    private List<Integer> table(long sequenceId) {
        return Objects.requireNonNull(tables.get(sequenceId), "no table");
    }

    private void compute(StepKind kind, SequenceRows rows, Set<Long> live) {
        long id = rows.sequenceId();
        int end = rows.firstPosition() + rows.tokenCount();
        assertThat(live).as("only live sequences are computed").contains(id);
        assertThat(rows.firstPosition()).isEqualTo(computed.put(id, end));
        assertThat(BlockAllocator.blocksFor(end)).isLessThanOrEqualTo(table(id).size());
        for (int i = 0; i < rows.tokenCount(); i++) {
            assertThat(rows.tokenIds().get(i)).isEqualTo(tokenAt(id, rows.firstPosition() + i));
        }
        if (kind == StepKind.DECODE) {
            assertThat(rows.tokenCount()).isEqualTo(1);
            assertThat(rows.sample()).isTrue();
            assertThat(sequencesInFlight(StepKind.DECODE)).doesNotContain(id);
        }
    }

    private void checkBounds(StepPlan plan) {
        long decodes = inFlight.stream()
                .filter(step -> step.kind() == StepKind.DECODE && step.tokens() > 0)
                .count();
        assertThat(decodes).isLessThanOrEqualTo(decodeGroups);
        assertThat(inFlight.size()).as("steps in flight are bounded").isLessThanOrEqualTo(2 * decodeGroups + 4);
        assertThat(plan.tokens())
                .isLessThanOrEqualTo(
                        plan.kind() == StepKind.DECODE ? settings.decodeBatch() : settings.prefillTokens());
    }

    private Set<Long> sequencesInFlight(@Nullable StepKind kind) {
        Set<Long> ids = new HashSet<>();
        for (StepPlan step : inFlight) {
            if (kind == null || step.kind() == kind) {
                step.rows().forEach(rows -> ids.add(rows.sequenceId()));
            }
        }
        return ids;
    }

    boolean idle() {
        return inFlight.isEmpty();
    }

    /** Removes a step that may come back now: stages keep the order of steps that share a sequence. */
    StepPlan comeBack(Random random) {
        List<StepPlan> possible = new ArrayList<>();
        Set<Long> earlier = new HashSet<>();
        for (StepPlan step : inFlight) {
            List<Long> ids = step.rows().stream().map(SequenceRows::sequenceId).toList();
            if (ids.stream().noneMatch(earlier::contains)) {
                possible.add(step);
            }
            earlier.addAll(ids);
        }
        StepPlan chosen = possible.get(random.nextInt(possible.size()));
        inFlight.remove(chosen);
        return chosen;
    }

    int sequencesWithBlocks() {
        return tables.size();
    }

    int usedBlocks() {
        return tables.values().stream().mapToInt(List::size).sum();
    }

    /** Sequences that were started more than once, because they were preempted. */
    long restarted() {
        return starts.values().stream().filter(count -> count > 1).count();
    }
}
