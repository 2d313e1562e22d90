package dev.molink.stagenode.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * How a stage runs.
 *
 * @param modelId the model's name for clients; null takes it from the model's location
 * @param pipeline stages with the same name and model make one pipeline
 * @param device {@code auto}, {@code cpu}, {@code cuda:N}, or {@code sim:NAME} for one that is not there
 * @param dtype how weights are held: {@code auto} as they are stored, or the name of that type
 * @param threads CPU threads that compute
 * @param maxModelLen most tokens of prompt and generation together; null takes the model's own
 * @param kvMemoryBytes memory for this stage's KV cache; null lets the stage choose
 * @param kvDtype how keys and values are kept: {@code auto}, {@code bf16}, {@code f32}
 * @param stagesHere stages of this machine, which share its memory
 */
public record StageOptions(
        @Nullable String modelId,
        String pipeline,
        String device,
        String dtype,
        int threads,
        @Nullable Integer maxModelLen,
        @Nullable Long kvMemoryBytes,
        String kvDtype,
        int stagesHere) {

    public StageOptions {
        if (stagesHere < 1) {
            throw new IllegalArgumentException("%d stages on this machine; at least 1 is".formatted(stagesHere));
        }
    }

    /** The same on a machine that so many stages share. */
    StageOptions sharedBy(int stages) {
        return new StageOptions(modelId, pipeline, device, dtype, threads, maxModelLen, kvMemoryBytes, kvDtype, stages);
    }

    /** A stage that chooses everything itself, on {@code threads} threads. */
    public static StageOptions defaults(int threads) {
        return new StageOptions(null, "default", "auto", "auto", threads, null, null, "auto", 1);
    }

    /** The same with so much memory for the KV cache. */
    public StageOptions withKvMemory(long bytes) {
        return new StageOptions(modelId, pipeline, device, dtype, threads, maxModelLen, bytes, kvDtype, stagesHere);
    }
}
