package dev.molink.stagenode.pipeline;

import com.sun.management.OperatingSystemMXBean;
import dev.molink.kernels.KvCacheShape;
import dev.molink.kernels.TensorOps;
import dev.molink.kernels.TensorOpsProvider;
import dev.molink.proto.node.v1.ModelIdentity;
import dev.molink.proto.stage.v1.StageDescription;
import dev.molink.stagenode.execution.DecoderStages;
import dev.molink.stagenode.execution.KvGroupSize;
import dev.molink.stagenode.execution.StageExecutor;
import dev.molink.stagenode.model.ModelFiles;
import dev.molink.stagenode.model.ModelWeights;
import dev.molink.stagenode.model.architecture.LayerRange;
import java.lang.management.ManagementFactory;

/**
 * A stage whose layers are mapped and on their device.
 *
 * @param kvBytes memory for its KV blocks
 * @param device description of device and kernels
 * @param mappedBytes bytes of model files that are mapped for it
 */
public record LoadedStage(
        ModelIdentity model,
        LayerRange range,
        String pipeline,
        int hiddenSize,
        long kvBytes,
        String device,
        long mappedBytes,
        StageExecutor executor) {

    /** Sequences of full length that the KV cache holds when the operator says nothing. */
    private static final int DEFAULT_FULL_SEQUENCES = 4;

    /** Part of the machine's memory that the KV cache takes at most when the operator says nothing. */
    private static final int DEFAULT_MEMORY_SHARE = 8;

    /**
     * Maps the layers and hands them to the device.
     *
     * @throws IllegalArgumentException if an option does not fit the model; the message names it
     * @throws dev.molink.kernels.DeviceUnavailableException if the device cannot be used
     * @throws dev.molink.stagenode.model.format.ModelLoadException if the model cannot be read
     */
    public static LoadedStage load(ModelFiles files, LayerRange range, StageOptions options) {
        int maxModelLen = maxModelLen(files, options);
        TensorOps ops = TensorOpsProvider.open(options.device(), options.threads());
        try {
            ModelWeights weights = files.map(range);
            try {
                return open(files, ops, weights, maxModelLen, options);
            } catch (RuntimeException e) {
                weights.close();
                throw e;
            }
        } catch (RuntimeException e) {
            ops.close();
            throw e;
        }
    }

    private static LoadedStage open(
            ModelFiles files, TensorOps ops, ModelWeights weights, int maxModelLen, StageOptions options) {
        if (!options.dtype().equals("auto") && !options.dtype().equals(weights.dtype())) {
            throw new IllegalArgumentException(
                    "--dtype %s is not available for %s, which is stored as %s; allowed: auto, %s"
                            .formatted(options.dtype(), files.name(), weights.dtype(), weights.dtype()));
        }
        StageExecutor executor = DecoderStages.open(ops, weights);
        return new LoadedStage(
                identity(files, weights.dtype(), maxModelLen, options),
                weights.range(),
                options.pipeline(),
                files.config().hiddenSize(),
                kvBytes(executor, maxModelLen, options),
                ops.description(),
                weights.mappedBytes(),
                executor);
    }

    private static int maxModelLen(ModelFiles files, StageOptions options) {
        int context = files.config().contextTokens();
        Integer asked = options.maxModelLen();
        if (asked == null) {
            return context;
        }
        if (asked < 2 || asked > context) {
            throw new IllegalArgumentException(
                    "--max-model-len %d is outside 2 … %d, the context of %s".formatted(asked, context, files.name()));
        }
        return asked;
    }

    private static long kvBytes(StageExecutor executor, int maxModelLen, StageOptions options) {
        Long asked = options.kvMemoryBytes();
        long block = bytesOfOneBlockEach(executor);
        if (asked == null) {
            long wanted = (long) DEFAULT_FULL_SEQUENCES * blocksOf(maxModelLen) * block;
            return Math.max(block, Math.min(wanted, physicalMemoryBytes() / DEFAULT_MEMORY_SHARE));
        }
        if (asked < block) {
            throw new IllegalArgumentException(
                    "--kv-memory of %d bytes holds no KV block; one takes %d bytes on this stage"
                            .formatted(asked, block));
        }
        return asked;
    }

    private static long bytesOfOneBlockEach(StageExecutor executor) {
        return executor.kvGroups().stream().mapToLong(KvGroupSize::blockBytes).sum();
    }

    private static int blocksOf(int tokens) {
        return Math.ceilDiv(tokens, KvCacheShape.BLOCK_TOKENS);
    }

    /** Memory of the machine, or of the container that the process runs in. */
    public static long physicalMemoryBytes() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }

    private static ModelIdentity identity(ModelFiles files, String dtype, int maxModelLen, StageOptions options) {
        String id = options.modelId();
        return ModelIdentity.newBuilder()
                .setName(id == null ? files.name() : id)
                .setFingerprint(files.fingerprint())
                .setDtype(dtype)
                .setLayers(files.config().layers())
                .setMaxModelLen(maxModelLen)
                .setVocabularySize(files.config().vocabularySize())
                .addAllEndTokenIds(files.config().endTokenIds())
                .setDefaults(files.generationDefaults())
                .build();
    }

    /** Tokens that the KV memory of this stage holds. */
    public long kvCapacityTokens() {
        return kvBytes / bytesOfOneBlockEach(executor) * KvCacheShape.BLOCK_TOKENS;
    }

    /** What the stage says of itself in the handshake. */
    public StageDescription description(String nodeId, String address) {
        return StageDescription.newBuilder()
                .setProtocolVersion(Handshake.PROTOCOL_VERSION)
                .addAllCapabilities(Handshake.CAPABILITIES)
                .setNodeId(nodeId)
                .setAddress(address)
                .setPipeline(pipeline)
                .setModel(model)
                .setFirstLayer(range.first())
                .setEndLayer(range.end())
                .addAllKvGroups(executor.kvGroups().stream()
                        .map(group -> dev.molink.proto.stage.v1.KvGroupSize.newBuilder()
                                .setWindowTokens(group.windowTokens())
                                .setBlockBytes(group.blockBytes())
                                .build())
                        .toList())
                .setKvBytes(kvBytes)
                .setKvDtype("f32")
                .setHiddenSize(hiddenSize)
                .build();
    }
}
