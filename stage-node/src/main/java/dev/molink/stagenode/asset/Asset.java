package dev.molink.stagenode.asset;

import dev.molink.proto.stage.v1.AssetKind;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Kind and hash of something that a stage keeps; the hash is SHA-256 over its bytes, in hex. */
record Asset(AssetKind kind, String sha256) {

    static Asset of(AssetKind kind, byte[] bytes) {
        return new Asset(kind, hash(bytes));
    }

    static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256, which every Java must have", e);
        }
    }

    boolean isKnownKind() {
        return switch (kind) {
            case ASSET_KIND_VOCABULARY, ASSET_KIND_GRAMMAR -> true;
            case ASSET_KIND_UNSPECIFIED, UNRECOGNIZED -> false;
        };
    }

    @Override
    public String toString() {
        return "%s %s".formatted(kind, sha256);
    }
}
