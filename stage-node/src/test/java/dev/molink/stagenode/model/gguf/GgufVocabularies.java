package dev.molink.stagenode.model.gguf;

import dev.molink.proto.node.v1.TextAssets;
import java.nio.file.Path;

/** Vocabularies of GGUF files without tensors, for tests of other packages. */
public final class GgufVocabularies {

    private GgufVocabularies() {}

    public static TextAssets read(Path file) {
        return GgufText.read(GgufFile.read(file), Integer.MAX_VALUE).orElseThrow();
    }
}
