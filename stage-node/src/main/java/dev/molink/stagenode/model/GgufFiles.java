package dev.molink.stagenode.model;

import dev.molink.proto.node.v1.GenerationDefaults;
import dev.molink.proto.node.v1.TextAssets;
import dev.molink.stagenode.model.architecture.DecoderSpecification;
import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.model.architecture.TensorNaming;
import dev.molink.stagenode.model.format.ModelFileException;
import dev.molink.stagenode.model.gguf.GgufModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A model in one GGUF file. */
final class GgufFiles implements ModelFiles {

    private static final String BLOCKS = "blk.";
    private static final List<String> TABLES = List.of(".attn_rot_embd", ".attn.rot_freqs");

    private final String name;
    private final Path path;
    private final GgufModel model;
    private final TensorSelection selection;

    private GgufFiles(String name, Path path, GgufModel model) {
        this.name = name;
        this.path = path;
        this.model = model;
        this.selection = new TensorSelection(model.specification(), TensorNaming.GGUF);
    }

    /** The header tells about every tensor, so the whole model is checked here, whatever layers are mapped later. */
    static GgufFiles open(String name, Path path) {
        GgufFiles files = new GgufFiles(name, path, GgufModel.open(path));
        files.selection.requireKnown(path, files.model.tensors().keySet(), BLOCKS, TABLES);
        files.selection.names(files.specification().allLayers()).values().forEach(files::requirePresent);
        return files;
    }

    private void requirePresent(String tensor) {
        if (!model.tensors().containsKey(tensor)) {
            throw new ModelFileException(path, "tensor %s is missing".formatted(tensor));
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public DecoderSpecification specification() {
        return model.specification();
    }

    /** The format has no place for them. */
    @Override
    public GenerationDefaults generationDefaults() {
        return GenerationDefaults.getDefaultInstance();
    }

    @Override
    public Optional<TextAssets> textAssets() {
        return model.textAssets();
    }

    @Override
    public ModelWeights map(LayerRange range) {
        LayerRange checked = LayerRange.of(range.first(), range.end(), config().layers());
        return selection.map(checked, model.tensors());
    }
}
