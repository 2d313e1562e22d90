package dev.molink.stagenode.pipeline;

import dev.molink.kernels.DType;
import dev.molink.kernels.TensorOps;
import dev.molink.kernels.TensorOpsProvider;
import dev.molink.proto.node.v1.ModelIdentity;
import dev.molink.proto.stage.v1.StageDescription;
import dev.molink.stagenode.execution.DecoderStages;
import dev.molink.stagenode.execution.KvDtype;
import dev.molink.stagenode.execution.StageExecutor;
import dev.molink.stagenode.model.ModelFiles;
import dev.molink.stagenode.model.ModelWeights;
import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.model.architecture.ModelConfig;
import dev.molink.stagenode.simulation.SimulatedDevice;
import dev.molink.stagenode.simulation.SimulatedStage;
import dev.molink.stagenode.simulation.StageDimensions;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stage whose layers are mapped and on their device.
 *
 * @param hiddenSize elements of a row that crosses to the next stage
 * @param kvBytes memory for its KV blocks
 * @param kvDtype how it keeps keys and values
 * @param device description of device and kernels
 * @param mappedBytes bytes of model files that are mapped for it
 */
public record LoadedStage(
        ModelIdentity model,
        LayerRange range,
        String pipeline,
        int hiddenSize,
        long kvBytes,
        KvDtype kvDtype,
        String device,
        long mappedBytes,
        StageExecutor executor) {

    private static final Logger log = LoggerFactory.getLogger(LoadedStage.class);
    private static final String SIMULATED_DTYPE = "bf16";

    /**
     * Maps the layers and hands them to the device.
     *
     * @throws IllegalArgumentException if an option does not fit the model; the message names it
     * @throws dev.molink.kernels.DeviceUnavailableException if the device cannot be used
     * @throws dev.molink.stagenode.model.format.ModelLoadException if the model cannot be read
     */
    public static LoadedStage load(ModelFiles files, LayerRange range, StageOptions options) {
        Optional<SimulatedDevice> simulated = SimulatedDevice.parse(options.device());
        return simulated.isPresent()
                ? simulate(files, range, simulated.get(), options)
                : compute(files, range, options);
    }

    private static LoadedStage compute(ModelFiles files, LayerRange range, StageOptions options) {
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
        KvDtype kvDtype = KvDtype.of(options.kvDtype());
        MachineMemory machine = MachineMemory.now();
        machine.requireRoom(
                "the weights of layers %d … %d of %s"
                        .formatted(weights.range().first(), weights.range().end() - 1, files.name()),
                copiedBytes(ops, weights));
        StageExecutor executor = DecoderStages.open(ops, weights, kvDtype);
        return new LoadedStage(
                identity(files, weights.dtype(), maxModelLen, options),
                weights.range(),
                options.pipeline(),
                files.config().hiddenSize(),
                kvBytes(executor, machine, weights.mappedBytes(), maxModelLen, options),
                kvDtype,
                ops.description(),
                weights.mappedBytes(),
                executor);
    }

    /** A stage on a device that is not there, whatever the options' device is; of the model, only its configuration counts. */
    static LoadedStage simulate(ModelFiles files, LayerRange range, SimulatedDevice device, StageOptions options) {
        int maxModelLen = maxModelLen(files, options);
        requireSimulable("--dtype", options.dtype());
        requireSimulable("--kv-dtype", options.kvDtype());
        ModelConfig config = files.config();
        LayerRange checked = LayerRange.of(range.first(), range.end(), config.layers());
        StageExecutor executor = SimulatedStage.of(device, config, checked);
        long room = new StageDimensions(config, checked).kvBytes(device.profile());
        Long asked = options.kvMemoryBytes();
        KvBudget budget = asked == null
                ? KvBudget.simulated(room, executor.kvGroups(), maxModelLen)
                : KvBudget.asked(asked, executor.kvGroups());
        log.info("KV cache: {} MiB, {}", budget.bytes() >> 20, budget.reason());
        return new LoadedStage(
                identity(files, SIMULATED_DTYPE, maxModelLen, options),
                checked,
                options.pipeline(),
                device.tensors() * config.hiddenSize(),
                budget.bytes(),
                KvDtype.BF16,
                device.description(),
                0,
                executor);
    }

    private static void requireSimulable(String flag, String dtype) {
        if (!dtype.equals("auto") && !dtype.equals(SIMULATED_DTYPE)) {
            throw new IllegalArgumentException("%s %s is not available on a simulated device; allowed: auto, %s"
                    .formatted(flag, dtype, SIMULATED_DTYPE));
        }
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

    private static long copiedBytes(TensorOps ops, ModelWeights weights) {
        return Arrays.stream(DType.values())
                .filter(ops::copies)
                .mapToLong(weights::bytes)
                .sum();
    }

    /** @param machine as it was before the weights were loaded */
    private static long kvBytes(
            StageExecutor executor, MachineMemory machine, long weightBytes, int maxModelLen, StageOptions options) {
        Long asked = options.kvMemoryBytes();
        KvBudget budget = asked == null
                ? KvBudget.available(machine, weightBytes, options.stagesHere(), executor.kvGroups(), maxModelLen)
                : KvBudget.asked(asked, executor.kvGroups());
        log.info("KV cache: {} MiB, {}", budget.bytes() >> 20, budget.reason());
        return budget.bytes();
    }

    /** Memory of the machine, or of the container that the process runs in. */
    public static long physicalMemoryBytes() {
        return MachineMemory.now().totalBytes();
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

    /** The same, computed by {@code other}. */
    LoadedStage with(StageExecutor other) {
        return new LoadedStage(model, range, pipeline, hiddenSize, kvBytes, kvDtype, device, mappedBytes, other);
    }

    /** Tokens that the KV memory of this stage holds, in sequences of full length. */
    public long kvCapacityTokens() {
        double sequences = kvBytes / KvSizing.bytesPerSequence(executor.kvGroups(), model.getMaxModelLen());
        return (long) (sequences * model.getMaxModelLen());
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
                .setKvDtype(kvDtype.toString())
                .setHiddenSize(hiddenSize)
                .build();
    }
}
