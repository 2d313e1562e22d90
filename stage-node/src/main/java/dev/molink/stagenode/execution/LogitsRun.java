package dev.molink.stagenode.execution;

import dev.molink.kernels.KvCacheShape;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The logits of every position of one token list, over stages of this process that hand hidden states on through host
 * memory. The thread that calls it must own the stages.
 */
public final class LogitsRun {

    /** Takes the logits of one position; {@code logits} is overwritten by the next. */
    @FunctionalInterface
    public interface RowConsumer {
        void accept(int position, float[] logits);
    }

    private final List<StageExecutor> stages;
    private final int pieceTokens;
    private final ActivationCodec codec;

    /** As {@link #LogitsRun(List, int, ActivationCodec)}, with hidden states handed on as they are. */
    public LogitsRun(List<StageExecutor> stages, int pieceTokens) {
        this(stages, pieceTokens, ActivationCodec.F32);
    }

    /**
     * @param stages all stages of the model, first to last
     * @param pieceTokens tokens that one step carries; bounds the memory, has no influence on the logits
     * @param codec through which each hidden state goes on its way from one stage to the next, as over a link
     */
    public LogitsRun(List<StageExecutor> stages, int pieceTokens, ActivationCodec codec) {
        if (stages.isEmpty() || pieceTokens < 1) {
            throw new IllegalArgumentException(
                    "%d stages with pieces of %d tokens compute nothing".formatted(stages.size(), pieceTokens));
        }
        this.stages = List.copyOf(stages);
        this.pieceTokens = pieceTokens;
        this.codec = codec;
    }

    /** Prepares the stages anew and runs the tokens through them. */
    public void run(List<Integer> tokenIds, RowConsumer consumer) {
        if (tokenIds.isEmpty()) {
            throw new IllegalArgumentException("no token ids were given; logits need at least one");
        }
        int blocks = (tokenIds.size() + KvCacheShape.BLOCK_TOKENS - 1) / KvCacheShape.BLOCK_TOKENS;
        int groups = stages.getFirst().kvGroups().size();
        stages.forEach(stage -> stage.prepare(Collections.nCopies(groups, blocks)));
        long stepId = 0;
        for (int first = 0; first < tokenIds.size(); first += pieceTokens) {
            int end = Math.min(first + pieceTokens, tokenIds.size());
            List<BlockAppend> appends = first > 0 ? List.of() : allBlocks(groups, blocks);
            StepPlan plan = piece(stepId++, first, tokenIds.subList(first, end), appends);
            emit(first, executeAll(plan), consumer);
        }
    }

    private static List<BlockAppend> allBlocks(int groups, int blocks) {
        List<Integer> ids = IntStream.range(0, blocks).boxed().toList();
        return IntStream.range(0, groups)
                .mapToObj(group -> new BlockAppend(0, group, ids))
                .toList();
    }

    private static StepPlan piece(long stepId, int first, List<Integer> tokenIds, List<BlockAppend> appends) {
        SequenceRows rows = SequenceRows.fresh(0, first, tokenIds.size(), false, tokenIds);
        return new StepPlan(
                0,
                stepId,
                StepKind.PREFILL,
                List.of(rows),
                List.of(),
                BlockChanges.appending(appends),
                List.of(),
                List.of());
    }

    private StageOutput executeAll(StepPlan plan) {
        StageOutput output = stages.getFirst().execute(plan, null, LogitRows.ALL);
        for (StageExecutor stage : stages.subList(1, stages.size())) {
            output = stage.execute(plan, acrossTheCut(output), LogitRows.ALL);
        }
        return output;
    }

    private MemorySegment acrossTheCut(StageOutput output) {
        if (codec == ActivationCodec.F32 || !(output instanceof StageOutput.Hidden hidden)) {
            return output.values();
        }
        MemorySegment encoded = memory(hidden.rows() * codec.rowBytes(hidden.hiddenSize()));
        MemorySegment decoded = memory(hidden.values().byteSize());
        codec.encode(hidden.values(), hidden.rows(), hidden.hiddenSize(), encoded);
        codec.decode(encoded, hidden.rows(), hidden.hiddenSize(), decoded);
        return decoded;
    }

    private static MemorySegment memory(long bytes) {
        return MemorySegment.ofArray(new byte[Math.toIntExact(bytes)]);
    }

    private static void emit(int firstPosition, StageOutput output, RowConsumer consumer) {
        if (!(output instanceof StageOutput.Logits logits)) {
            throw new IllegalArgumentException("the last stage holds no language-model head, so it gives no logits");
        }
        int vocabularySize = logits.vocabularySize();
        float[] row = new float[vocabularySize];
        for (int i = 0; i < logits.rows(); i++) {
            long offset = (long) i * vocabularySize * Float.BYTES;
            MemorySegment.copy(logits.values(), HostBuffer.FLOAT, offset, row, 0, vocabularySize);
            consumer.accept(firstPosition + i, row);
        }
    }
}
