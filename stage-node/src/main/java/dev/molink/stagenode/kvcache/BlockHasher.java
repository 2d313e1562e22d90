package dev.molink.stagenode.kvcache;

import dev.molink.kernels.KvCacheShape;
import dev.molink.stagenode.codec.ActivationCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Links of the hash chain: SHA-256 of the parent's hash and the ids of one block; the first parent is the hash of codec
 * and salt. A collision would give one tenant the
 * keys and values of another, so the hash is cryptographic and kept whole; then no hit has to compare ids, and a block
 * does not have to keep them. One thread at a time.
 */
final class BlockHasher {

    private static final int HASH_BYTES = 32;

    private final ActivationCodec codec;
    private final MessageDigest sha256;
    private final byte[] input = new byte[HASH_BYTES + KvCacheShape.BLOCK_TOKENS * Integer.BYTES];
    private final ByteBuffer inputBuffer = ByteBuffer.wrap(input);
    private final byte[] output = new byte[HASH_BYTES];
    private final ByteBuffer outputBuffer = ByteBuffer.wrap(output);

    /** @param codec of the activations that the blocks are computed of; part of every chain */
    BlockHasher(ActivationCodec codec) {
        this.codec = codec;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256, which each has to have", e);
        }
    }

    /** The parent of a chain's first block. */
    ChainHash root(String salt) {
        // No codec's name holds the separator, so no two pairs make the same text.
        return digest((codec + "/" + salt).getBytes(StandardCharsets.UTF_8));
    }

    /** The hash of the block that holds the ids from {@code firstPosition} on. */
    ChainHash link(ChainHash parent, TokenIds ids, int firstPosition) {
        inputBuffer
                .clear()
                .putLong(parent.first())
                .putLong(parent.second())
                .putLong(parent.third())
                .putLong(parent.fourth());
        for (int i = 0; i < KvCacheShape.BLOCK_TOKENS; i++) {
            inputBuffer.putInt(ids.at(firstPosition + i));
        }
        return digest(input);
    }

    private ChainHash digest(byte[] bytes) {
        try {
            sha256.update(bytes);
            sha256.digest(output, 0, HASH_BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException("SHA-256 gave no %d bytes".formatted(HASH_BYTES), e);
        }
        outputBuffer.clear();
        return new ChainHash(
                outputBuffer.getLong(), outputBuffer.getLong(), outputBuffer.getLong(), outputBuffer.getLong());
    }
}
