package dev.molink.stagenode.model.gguf;

import dev.molink.kernels.DType;
import dev.molink.kernels.RotaryScaling;
import dev.molink.kernels.RotarySpec;
import dev.molink.proto.node.v1.TextAssets;
import dev.molink.stagenode.model.architecture.Architectures;
import dev.molink.stagenode.model.architecture.DecoderSpecification;
import dev.molink.stagenode.model.architecture.ModelConfig;
import dev.molink.stagenode.model.format.ConfigValues;
import dev.molink.stagenode.model.format.ModelFileException;
import dev.molink.stagenode.model.format.SmallFile;
import dev.molink.stagenode.model.format.TensorHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A model in one GGUF file: its specification, its tensor headers and its vocabulary. */
public final class GgufModel {

    private static final String ROTARY_DIVISORS = "rope_freqs.weight";

    private final GgufFile file;
    private final DecoderSpecification specification;

    private GgufModel(GgufFile file, DecoderSpecification specification) {
        this.file = file;
        this.specification = specification;
    }

    /** Reads the header and checks the metadata; tensors are checked when they are asked for. */
    public static GgufModel open(Path path) {
        GgufFile file = GgufFile.read(path);
        ConfigValues values = GgufConfig.of(file);
        ModelConfig config = Architectures.specify(values).config();
        requireWholeHeads(file, config);
        ModelConfig complete = config.withRotary(rotary(file, config), Architectures.ggufPairLayout(values));
        return new GgufModel(file, Architectures.specify(values, complete));
    }

    public DecoderSpecification specification() {
        return specification;
    }

    /** All tensors by name. */
    public Map<String, TensorHeader> tensors() {
        return file.tensors();
    }

    /** Vocabulary and chat template; empty when the file has no vocabulary. */
    public Optional<TextAssets> textAssets() {
        return GgufText.read(file, specification.config().vocabularySize());
    }

    private static void requireWholeHeads(GgufFile file, ModelConfig config) {
        String prefix = file.text("general.architecture").orElse("");
        for (String key : List.of(".rope.dimension_count", ".attention.value_length")) {
            if (file.find(prefix + key).orElse(null) instanceof GgufValue.Whole(long width)
                    && width != config.headDim()) {
                throw new ModelFileException(
                        file.path(),
                        "%s is %d; allowed is the head width %d".formatted(prefix + key, width, config.headDim()));
            }
        }
    }

    private static RotarySpec rotary(GgufFile file, ModelConfig config) {
        RotarySpec rotary = config.rotary();
        TensorHeader divisors = file.tensors().get(ROTARY_DIVISORS);
        if (divisors == null) {
            return rotary;
        }
        if (!(rotary.scaling() instanceof RotaryScaling.None)) {
            throw new ModelFileException(
                    file.path(),
                    "holds both %s and a rope scaling %s; allowed is one of them"
                            .formatted(ROTARY_DIVISORS, rotary.scaling()));
        }
        return new RotarySpec(
                rotary.width(), rotary.base(), new RotaryScaling.Divisors(divisors(divisors, rotary.width() / 2)));
    }

    private static float[] divisors(TensorHeader tensor, int frequencies) {
        tensor.requireShape(List.of(frequencies));
        if (tensor.dtype() != DType.F32) {
            throw new ModelFileException(
                    tensor.file(),
                    "tensor %s has type %s; allowed is F32".formatted(ROTARY_DIVISORS, tensor.typeName()));
        }
        byte[] bytes = SmallFile.readRange(tensor.file(), tensor.offset(), (int) tensor.byteSize());
        FloatBuffer values =
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        float[] divisors = new float[frequencies];
        values.get(divisors);
        for (float divisor : divisors) {
            if (!(divisor > 0) || Float.isInfinite(divisor)) {
                throw new ModelFileException(
                        tensor.file(),
                        "tensor %s holds %s; allowed are positive numbers".formatted(ROTARY_DIVISORS, divisor));
            }
        }
        return divisors;
    }
}
