package dev.molink.gateway.tokenizer;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import java.nio.file.Path;

/** The native tokenizer library of this process: loaded once, from our own folder, without any use of the network. */
final class NativeLibrary {

    private static boolean configured;

    private NativeLibrary() {}

    /**
     * Loads the library unless it is loaded; the first folder given holds the unpacked library. The settings are system
     * properties because the library has no others; where the same name is an environment variable, that one wins.
     */
    static synchronized void load(Path folder) {
        if (!configured) {
            configure(folder.toAbsolutePath());
            configured = true;
        }
        try {
            LibUtils.checkStatus();
        } catch (RuntimeException | LinkageError e) {
            throw new TextModelException(
                    "the native tokenizer library cannot be loaded on %s %s from %s: %s"
                            .formatted(
                                    System.getProperty("os.name"),
                                    System.getProperty("os.arch"),
                                    folder,
                                    e.getMessage()),
                    e);
        }
    }

    private static void configure(Path folder) {
        // Without a flavour it looks for a GPU and downloads a library made for it.
        System.setProperty("RUST_FLAVOR", "cpu");
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("ENGINE_CACHE_DIR", folder.toString());
        System.setProperty("DJL_CACHE_DIR", folder.toString());
    }
}
