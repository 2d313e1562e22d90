package dev.molink.stagenode.node;

import dev.molink.proto.node.v1.TextAssetInfo;
import dev.molink.proto.node.v1.TextAssets;
import dev.molink.stagenode.model.ModelFiles;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A model's text as a gateway asks for it. Its bytes are some megabytes and asked for once, so they are made again when
 * they are wanted; the same files give the same bytes.
 */
record StageText(ModelFiles files, Optional<TextAssetInfo> info) {

    static StageText of(ModelFiles files) {
        return new StageText(files, files.textAssets().map(StageText::describe));
    }

    private static TextAssetInfo describe(TextAssets assets) {
        byte[] bytes = assets.toByteArray();
        return TextAssetInfo.newBuilder()
                .setSha256(sha256(bytes))
                .setBytes(bytes.length)
                .build();
    }

    /** The serialised assets; empty when the model has none. */
    byte[] bytes() {
        return files.textAssets().map(TextAssets::toByteArray).orElseGet(() -> new byte[0]);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
