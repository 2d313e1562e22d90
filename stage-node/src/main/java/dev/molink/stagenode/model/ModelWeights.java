package dev.molink.stagenode.model;

import dev.molink.kernels.DType;
import dev.molink.stagenode.model.architecture.DecoderSpecification;
import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.model.architecture.TensorId;
import dev.molink.stagenode.model.architecture.TensorRole;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The mapped tensors of one stage: its layers, the embedding on the first stage, final norm and head on the last. Must
 * outlive every backend that reads them.
 */
public final class ModelWeights implements AutoCloseable {

    private final DecoderSpecification specification;
    private final LayerRange range;
    private final String dtype;
    private final Map<TensorId, ModelTensor> tensors;
    private final TensorMapping mapping;

    ModelWeights(
            DecoderSpecification specification,
            LayerRange range,
            String dtype,
            Map<TensorId, ModelTensor> tensors,
            TensorMapping mapping) {
        this.specification = specification;
        this.range = range;
        this.dtype = dtype;
        this.tensors = Map.copyOf(tensors);
        this.mapping = mapping;
    }

    public DecoderSpecification specification() {
        return specification;
    }

    public LayerRange range() {
        return range;
    }

    /** How most bytes of the model's layers are stored: {@code f32}, {@code f16}, {@code bf16}, {@code q8_0}, {@code q4_0}. */
    public String dtype() {
        return dtype;
    }

    /** A tensor that is not per layer; empty when this stage or this model does not have it. */
    public Optional<ModelTensor> find(TensorRole role) {
        return Optional.ofNullable(tensors.get(TensorId.of(role)));
    }

    /**
     * A tensor of a layer; empty when the specification has none, as for a bias.
     *
     * @param layer index in the whole model, within {@link #range()}
     */
    public Optional<ModelTensor> find(TensorRole role, int layer) {
        if (!range.contains(layer)) {
            throw new IllegalArgumentException("layer %d is outside the mapped layers %s".formatted(layer, range));
        }
        return Optional.ofNullable(tensors.get(new TensorId(role, layer)));
    }

    /** A tensor that this stage must have. */
    public ModelTensor require(TensorRole role) {
        return require(TensorId.of(role), find(role).orElse(null));
    }

    /** A tensor that every layer must have. */
    public ModelTensor require(TensorRole role, int layer) {
        return require(new TensorId(role, layer), find(role, layer).orElse(null));
    }

    private ModelTensor require(TensorId id, @Nullable ModelTensor tensor) {
        if (tensor == null) {
            throw new IllegalArgumentException("the stage with layers %s has no tensor %s".formatted(range, id));
        }
        return tensor;
    }

    /** The language-model head of the last stage: its own matrix, or the embedding that it is tied to. */
    public ModelTensor head() {
        return find(TensorRole.LANGUAGE_MODEL_HEAD).orElseGet(() -> require(TensorRole.TOKEN_EMBEDDING));
    }

    /** Every mapped tensor. */
    public Collection<ModelTensor> tensors() {
        return tensors.values();
    }

    /** Bytes of model files that are mapped for this stage. */
    public long mappedBytes() {
        return mapping.mappedBytes();
    }

    /** Bytes of the tensors of one type. */
    public long bytes(DType type) {
        return tensors.values().stream()
                .filter(tensor -> tensor.dtype() == type)
                .mapToLong(tensor -> tensor.data().byteSize())
                .sum();
    }

    /** Unmaps the files; every segment becomes invalid. */
    @Override
    public void close() {
        mapping.close();
    }
}
