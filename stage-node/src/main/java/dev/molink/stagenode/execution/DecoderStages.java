package dev.molink.stagenode.execution;

import static dev.molink.stagenode.model.architecture.TensorRole.ATTENTION_NORM;
import static dev.molink.stagenode.model.architecture.TensorRole.ATTENTION_OUTPUT;
import static dev.molink.stagenode.model.architecture.TensorRole.ATTENTION_OUTPUT_BIAS;
import static dev.molink.stagenode.model.architecture.TensorRole.FINAL_NORM;
import static dev.molink.stagenode.model.architecture.TensorRole.KEY;
import static dev.molink.stagenode.model.architecture.TensorRole.KEY_BIAS;
import static dev.molink.stagenode.model.architecture.TensorRole.KEY_NORM;
import static dev.molink.stagenode.model.architecture.TensorRole.MLP_DOWN;
import static dev.molink.stagenode.model.architecture.TensorRole.MLP_DOWN_BIAS;
import static dev.molink.stagenode.model.architecture.TensorRole.MLP_GATE;
import static dev.molink.stagenode.model.architecture.TensorRole.MLP_GATE_BIAS;
import static dev.molink.stagenode.model.architecture.TensorRole.MLP_NORM;
import static dev.molink.stagenode.model.architecture.TensorRole.MLP_UP;
import static dev.molink.stagenode.model.architecture.TensorRole.MLP_UP_BIAS;
import static dev.molink.stagenode.model.architecture.TensorRole.QUERY;
import static dev.molink.stagenode.model.architecture.TensorRole.QUERY_BIAS;
import static dev.molink.stagenode.model.architecture.TensorRole.QUERY_NORM;
import static dev.molink.stagenode.model.architecture.TensorRole.TOKEN_EMBEDDING;
import static dev.molink.stagenode.model.architecture.TensorRole.VALUE;
import static dev.molink.stagenode.model.architecture.TensorRole.VALUE_BIAS;

import dev.molink.kernels.AttentionWeights;
import dev.molink.kernels.GatedMlpWeights;
import dev.molink.kernels.Linear;
import dev.molink.kernels.RmsNorm;
import dev.molink.kernels.Tensor;
import dev.molink.kernels.TensorOps;
import dev.molink.stagenode.model.ModelTensor;
import dev.molink.stagenode.model.ModelWeights;
import dev.molink.stagenode.model.architecture.LayerGroup;
import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.model.architecture.ModelConfig;
import dev.molink.stagenode.model.architecture.TensorRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Builds executors from mapped model files. */
public final class DecoderStages {

    private final TensorOps ops;
    private final ModelWeights weights;
    private final ModelConfig config;
    private final List<LayerGroup> groups;

    private DecoderStages(TensorOps ops, ModelWeights weights) {
        this.ops = ops;
        this.weights = weights;
        this.config = weights.specification().config();
        this.groups = config.layerGroups();
    }

    /** As {@link #open(TensorOps, ModelWeights, KvDtype)}, keeping keys and values in the default type. */
    public static StageExecutor open(TensorOps ops, ModelWeights weights) {
        return open(ops, weights, KvDtype.DEFAULT);
    }

    /**
     * Hands the weights of a stage to its device.
     *
     * @param ops closed with the executor
     * @param weights closed with the executor; where this method throws, both stay the caller's
     */
    public static StageExecutor open(TensorOps ops, ModelWeights weights, KvDtype kvDtype) {
        return new DecoderStage(ops, new DecoderStages(ops, weights).stageWeights(), kvDtype.stored(), weights::close);
    }

    private StageWeights stageWeights() {
        LayerRange range = weights.range();
        List<StageWeights.Layer> layers = new ArrayList<>();
        for (int layer = range.first(); layer < range.end(); layer++) {
            layers.add(layer(layer));
        }
        @Nullable Tensor embedding = range.first() == 0 ? onDevice(weights.require(TOKEN_EMBEDDING)) : null;
        StageWeights.@Nullable Head head = range.end() == config.layers() ? head() : null;
        return new StageWeights(config.hiddenSize(), config.rotary(), kvGroups(), embedding, layers, head);
    }

    private List<StageWeights.KvGroup> kvGroups() {
        return groups.stream()
                .map(group -> new StageWeights.KvGroup(
                        group.windowTokens(), group.layersBefore(config.layers(), weights.range())))
                .toList();
    }

    private int kvGroup(int layer) {
        return IntStream.range(0, groups.size())
                .filter(group -> groups.get(group).layers().contains(layer))
                .findFirst()
                .orElseThrow();
    }

    private StageWeights.Head head() {
        return new StageWeights.Head(norm(weights.require(FINAL_NORM)), new Linear(matrix(weights.head()), null));
    }

    private StageWeights.Layer layer(int layer) {
        int kvGroup = kvGroup(layer);
        return new StageWeights.Layer(
                kvGroup,
                groups.get(kvGroup).layersBefore(layer, weights.range()),
                attention(layer),
                linear(ATTENTION_OUTPUT, ATTENTION_OUTPUT_BIAS, layer),
                mlp(layer));
    }

    private AttentionWeights attention(int layer) {
        return new AttentionWeights(
                config.attentionShape(),
                norm(weights.require(ATTENTION_NORM, layer)),
                linear(QUERY, QUERY_BIAS, layer),
                linear(KEY, KEY_BIAS, layer),
                linear(VALUE, VALUE_BIAS, layer),
                weights.find(QUERY_NORM, layer).map(this::norm).orElse(null),
                weights.find(KEY_NORM, layer).map(this::norm).orElse(null));
    }

    private GatedMlpWeights mlp(int layer) {
        return new GatedMlpWeights(
                norm(weights.require(MLP_NORM, layer)),
                linear(MLP_GATE, MLP_GATE_BIAS, layer),
                linear(MLP_UP, MLP_UP_BIAS, layer),
                linear(MLP_DOWN, MLP_DOWN_BIAS, layer));
    }

    private RmsNorm norm(ModelTensor tensor) {
        return new RmsNorm(onDevice(tensor), (float) config.normEpsilon());
    }

    private Linear linear(TensorRole weight, TensorRole bias, int layer) {
        Optional<ModelTensor> stored = weights.find(bias, layer);
        return new Linear(
                matrix(weights.require(weight, layer)),
                stored.map(this::onDevice).orElse(null));
    }

    private Tensor matrix(ModelTensor tensor) {
        return ops.matrix(tensor.data(), tensor.dtype(), tensor.rows(), tensor.columns());
    }

    private Tensor onDevice(ModelTensor tensor) {
        return ops.weights(tensor.data(), tensor.dtype(), tensor.rows(), tensor.columns());
    }
}
