package dev.molink.gateway.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.molink.proto.node.v1.GgufVocabulary;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class GgufVocabularyReaderTests {

    private static final int NORMAL = 1;
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int BYTE = 6;

    @Test
    void putsTheSpacePrefixBehindEachAddedToken() {
        Tokenizer tokenizer = tokenizer(pieces());

        assertThat(tokenizer.encode("ab<s>ab", false)).containsExactly(3, 6, 1, 3, 6);
        assertThat(tokenizer.decode(new int[] {3, 6, 1, 3, 6}, true)).isEqualTo("ab ab");
    }

    @Test
    void leavesTheSpacePrefixOutWhereTheFileSaysSo() {
        Tokenizer tokenizer = tokenizer(pieces().setAddSpacePrefix(false));

        assertThat(tokenizer.encode("ab", false)).containsExactly(6);
        assertThat(tokenizer.decode(new int[] {3, 6}, false)).isEqualTo(" ab");
    }

    @Test
    void startsWithTheBeginningTokenUnlessTheFileForbidsIt() {
        assertThat(tokenizer(pieces()).encode("ab", true)).containsExactly(1, 3, 6);
        assertThat(tokenizer(pieces().setAddBos(false)).encode("ab", true)).containsExactly(3, 6);
        assertThat(tokenizer(pieces().setAddEos(true)).encode("ab", true)).containsExactly(1, 3, 6, 2);
    }

    @Test
    void spellsACharacterWithoutAPieceInBytes() {
        GgufVocabulary.Builder vocabulary = pieces();
        add(vocabulary, "<0xC3>", 0, BYTE);
        add(vocabulary, "<0xA9>", 0, BYTE);
        Tokenizer tokenizer = tokenizer(vocabulary);

        assertThat(tokenizer.encode("aéb", false)).containsExactly(3, 4, 8, 9, 5);
        assertThat(tokenizer.decode(new int[] {3, 4, 8, 9, 5}, false)).isEqualTo("aéb");
    }

    @Test
    void takesUnknownCharactersInARowForOneUnknownToken() {
        assertThat(tokenizer(pieces()).encode("a??b", false)).containsExactly(3, 4, 0, 5);
    }

    @Test
    void mergesAPieceFromACharacterThatHasNoPieceOfItsOwn() {
        GgufVocabulary.Builder vocabulary = pieces();
        add(vocabulary, "a?", -0.5f, NORMAL);

        assertThat(tokenizer(vocabulary).encode("a?", false)).containsExactly(3, 8);
    }

    @Test
    void findsUserDefinedTokensAndShowsThem() {
        Tokenizer tokenizer = tokenizer(pieces());

        assertThat(tokenizer.encode("a  b", false)).containsExactly(3, 4, 7, 3, 5);
        assertThat(tokenizer.isSpecial(7)).isFalse();
        assertThat(tokenizer.isSpecial(1)).isTrue();
    }

    @Test
    void namesTheSpecialTokens() {
        assertThat(new GgufVocabularyReader(pieces().build()).specialTokens())
                .containsEntry("bos_token", "<s>")
                .containsEntry("eos_token", "</s>")
                .containsEntry("unk_token", "<unk>");
    }

    @Test
    void refusesWhatIsMissingOrGarbled() {
        assertRefused(GgufVocabulary.Builder::clearTokens, "tokenizer.ggml.tokens is missing or empty");
        assertRefused(
                vocabulary -> vocabulary.setModel("t5"), "tokenizer.ggml.model is \"t5\"; known are gpt2 and llama");
        assertRefused(
                GgufVocabulary.Builder::clearScores,
                "tokenizer.ggml.scores is missing; the model llama merges by them");
        assertRefused(
                vocabulary -> vocabulary.addScores(1),
                "tokenizer.ggml.scores has 9 entries, tokenizer.ggml.tokens has 8; they must be as many");
        assertRefused(
                vocabulary -> vocabulary.addTokenTypes(1),
                "tokenizer.ggml.token_type has 9 entries, tokenizer.ggml.tokens has 8; they must be as many");
        assertRefused(vocabulary -> vocabulary.setScores(3, Float.NaN), "tokenizer.ggml.scores[3] is not a number");
        assertRefused(vocabulary -> vocabulary.setBosId(8), "tokenizer.ggml.bos_token_id is 8; expected 0 to 7");
        assertRefused(
                vocabulary -> vocabulary.setAddEos(true).clearEosId(),
                "tokenizer.ggml.add_eos_token is true, but tokenizer.ggml.eos_token_id is missing");
        assertRefused(
                vocabulary -> vocabulary.setTokens(4, ByteString.copyFrom(new byte[] {(byte) 0xFF})),
                "tokenizer.ggml.tokens[4] is not UTF-8");
        assertRefused(
                vocabulary -> vocabulary.setTokenTypes(4, BYTE),
                "tokenizer.ggml.tokens[4] is \"a\" of type byte; expected <0x00> to <0xFF>");
    }

    @Test
    void refusesMergesOfWhatIsNoToken() {
        GgufVocabulary.Builder vocabulary =
                GgufVocabulary.newBuilder().setModel("gpt2").setPre("gpt-2").addMerges("a b");
        add(vocabulary, "a", 0, NORMAL);
        add(vocabulary, "b", 0, NORMAL);

        assertThatThrownBy(() -> tokenizer(vocabulary))
                .isInstanceOf(TextModelException.class)
                .hasMessageStartingWith("tokenizer.ggml.merges[0] is \"a b\"; expected two tokens");
    }

    @Test
    void refusesATextWhoseBytesHaveNoToken() {
        GgufVocabulary.Builder vocabulary =
                GgufVocabulary.newBuilder().setModel("gpt2").setPre("gpt-2");
        add(vocabulary, "a", 0, NORMAL);
        Tokenizer tokenizer = tokenizer(vocabulary);

        assertThatThrownBy(() -> tokenizer.encode("ab", false))
                .isInstanceOf(TextModelException.class)
                .hasMessageContaining("has no token for the byte 0x62 of the text");
    }

    private static void assertRefused(Consumer<GgufVocabulary.Builder> change, String message) {
        GgufVocabulary.Builder vocabulary = pieces();
        change.accept(vocabulary);

        assertThatThrownBy(() -> tokenizer(vocabulary))
                .isInstanceOf(TextModelException.class)
                .hasMessage(message);
    }

    private static Tokenizer tokenizer(GgufVocabulary.Builder vocabulary) {
        return new GgufVocabularyReader(vocabulary.build()).tokenizer();
    }

    private static GgufVocabulary.Builder pieces() {
        GgufVocabulary.Builder vocabulary = GgufVocabulary.newBuilder()
                .setModel("llama")
                .setBosId(1)
                .setEosId(2)
                .setUnknownId(0);
        add(vocabulary, "<unk>", 0, UNKNOWN);
        add(vocabulary, "<s>", 0, CONTROL);
        add(vocabulary, "</s>", 0, CONTROL);
        add(vocabulary, "▁", -3, NORMAL);
        add(vocabulary, "a", -4, NORMAL);
        add(vocabulary, "b", -5, NORMAL);
        add(vocabulary, "ab", -1, NORMAL);
        add(vocabulary, "▁▁", 0, USER_DEFINED);
        return vocabulary;
    }

    private static void add(GgufVocabulary.Builder vocabulary, String token, float score, int type) {
        vocabulary.addTokens(ByteString.copyFromUtf8(token)).addScores(score).addTokenTypes(type);
    }
}
