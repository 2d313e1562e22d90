package dev.molink.stagenode.kvcache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.codec.ActivationCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BlockHasherTests {

    private static final TokenIds COUNTING = position -> 3 * position + 1;

    @ParameterizedTest
    @EnumSource
    void namesABlockByCodecSaltAndIds(ActivationCodec codec) throws Exception {
        BlockHasher hasher = new BlockHasher(codec);

        ChainHash link = hasher.link(hasher.root("tenant"), COUNTING, 32);

        byte[] root = sha256((codec + "/tenant").getBytes(StandardCharsets.UTF_8));
        ByteBuffer block = ByteBuffer.allocate(32 + 16 * 4).put(root);
        for (int position = 32; position < 48; position++) {
            block.putInt(COUNTING.at(position));
        }
        ByteBuffer expected = ByteBuffer.wrap(sha256(block.array()));
        assertThat(link)
                .isEqualTo(
                        new ChainHash(expected.getLong(), expected.getLong(), expected.getLong(), expected.getLong()));
    }

    @Test
    void namesNoBlockOfOneCodecAsThatOfAnother() {
        Set<ChainHash> names = new HashSet<>();
        for (ActivationCodec codec : ActivationCodec.values()) {
            for (String salt : new String[] {"", "/", "f32/", "bf16/", "/f32"}) {
                BlockHasher hasher = new BlockHasher(codec);
                names.add(hasher.link(hasher.root(salt), COUNTING, 0));
            }
        }

        assertThat(names).hasSize(ActivationCodec.values().length * 5);
    }

    @Test
    void theChainOfAPoolIsThatOfItsCodec() {
        PrefixChain exact = new PrefixChain("tenant", COUNTING);
        PrefixChain rounded = new PrefixChain("tenant", COUNTING);

        ChainHash last = exact.link(2, new BlockHasher(ActivationCodec.F32));

        assertThat(rounded.link(2, new BlockHasher(ActivationCodec.INT8))).isNotEqualTo(last);
    }

    private static byte[] sha256(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }
}
