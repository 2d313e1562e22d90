package dev.molink.stagenode.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import dev.molink.proto.node.v1.GgufVocabulary;
import dev.molink.proto.node.v1.TextAssets;
import dev.molink.stagenode.model.gguf.GgufVocabularies;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Oracle: the texts that the tokenizers' reference implementation gave. */
class TokenVocabularyTests {

    private static final Path SHARED = Path.of(System.getProperty("molink.shared", "../../shared"));

    /** The reference takes the é of an added token for a byte symbol. */
    private static boolean isMisread(String text) {
        return text.contains("café");
    }

    private static void assertTexts(TokenVocabulary vocabulary, String name) {
        int checked = 0;
        for (JsonNode each : TokenizerFixture.cases(name).path("cases")) {
            if (!isMisread(each.path("text").stringValue())) {
                assertThat(TokenizerFixture.text(vocabulary, each.path("ids")))
                        .as("%s", each.path("ids"))
                        .isEqualTo(each.path("decoded").stringValue());
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(300);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2-bytes", "llama3-bytes", "many-added", "spm-bpe", "spm-unigram"})
    void joinedBytesOfTokensAreTheirText(String name) {
        assertTexts(TokenizerFixture.vocabulary(name), name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2-bytes", "llama3-bytes", "spm-bpe"})
    void joinedBytesOfAGgufVocabularyAreTheirText(String name, @TempDir Path folder) throws Exception {
        assertTexts(TokenizerFixture.fromGguf(name, folder), name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2-bytes", "llama3-bytes", "many-added"})
    void bytesThatMakeNoCharacterAreKept(String name) {
        TokenVocabulary vocabulary = TokenizerFixture.vocabulary(name);

        for (JsonNode each : TokenizerFixture.cases(name).path("loose_ids")) {
            assertThat(TokenizerFixture.text(vocabulary, each.path("ids")))
                    .isEqualTo(each.path("decoded").stringValue());
        }
    }

    @ParameterizedTest
    @CsvSource({"gpt2-bytes, <|endoftext|>", "llama3-bytes, <|eot_id|>", "spm-bpe, </s>", "spm-unigram, </s>"})
    void tokensThatSteerTheModelAreSpecial(String name, String token) {
        TokenVocabulary vocabulary = TokenizerFixture.vocabulary(name);

        List<Integer> ids = IntStream.range(0, vocabulary.size())
                .filter(id -> new String(vocabulary.bytes(id), StandardCharsets.UTF_8).equals(token))
                .boxed()
                .toList();

        assertThat(ids).isNotEmpty().allMatch(vocabulary::isSpecial);
    }

    @Test
    void aLeadingSpaceIsDroppedWhereTheDecoderDropsIt() {
        assertThat(TokenizerFixture.vocabulary("spm-bpe").dropsLeadingSpace()).isTrue();
        assertThat(TokenizerFixture.vocabulary("spm-unigram").dropsLeadingSpace())
                .isTrue();
        assertThat(TokenizerFixture.vocabulary("gpt2-bytes").dropsLeadingSpace())
                .isFalse();
    }

    @Test
    void aDecoderThatRewritesTextsIsRefused() {
        TextAssets assets = TokenizerFixture.assets("wordpiece");

        assertThatThrownBy(() -> TokenVocabulary.of(assets))
                .isInstanceOf(GrammarException.class)
                .hasMessageContaining("its decoder is WordPiece")
                .extracting(e -> ((GrammarException) e).reason())
                .isEqualTo(GrammarException.Reason.UNSUPPORTED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "[1] # tokenizer.json: the file holds START_ARRAY; expected START_OBJECT",
                "{\"model\": 3} # tokenizer.json: model holds VALUE_NUMBER_INT; expected START_OBJECT",
                "{\"model\": {\"vocab\": 3}} # tokenizer.json: model.vocab holds VALUE_NUMBER_INT; expected START_OBJECT",
                "{\"added_tokens\": [{}]} # tokenizer.json: added_tokens holds an entry without id or content",
                "{\"decoder\": {\"type\": \"ByteLevel\"}} # the vocabulary has 0 tokens; allowed are 1 to 4194304",
                "{\"decoder\": {\"type\": \"ByteLevel\"}, \"model\": {\"vocab\": {\"a\": -1}}}"
                        + " # the vocabulary has token id -1; allowed are 0 to 4194303",
                "{\"model\": {\"vocab\": {\"a\": 0}}} # structured output cannot follow this model's tokenizer: its decoder"
                        + " is none; known are ByteLevel, Metaspace, and sequences of Replace, ByteFallback, Fuse and Strip"
            })
    void brokenFilesAreRefused(String file, String problem) {
        TextAssets assets = TextAssets.newBuilder()
                .setTokenizerJson(ByteString.copyFromUtf8(file))
                .build();

        assertThatThrownBy(() -> TokenVocabulary.of(assets))
                .isInstanceOf(GrammarException.class)
                .hasMessage(problem);
    }

    @Test
    void anUnknownGgufModelIsRefused() {
        TextAssets assets = TextAssets.newBuilder()
                .setGguf(GgufVocabulary.newBuilder().setModel("bert").addTokens(ByteString.copyFromUtf8("a")))
                .build();

        assertThatThrownBy(() -> TokenVocabulary.of(assets))
                .hasMessage("tokenizer.ggml.model is \"bert\"; structured output knows gpt2 and llama");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2-bytes", "many-added", "spm-bpe"})
    void serialisedItIsTheSame(String name) {
        TokenVocabulary vocabulary = TokenizerFixture.vocabulary(name);

        TokenVocabulary read = TokenVocabulary.fromBytes(vocabulary.toBytes());

        assertThat(read.hash()).isEqualTo(vocabulary.hash());
        assertThat(read.size()).isEqualTo(vocabulary.size());
        assertThat(read.dropsLeadingSpace()).isEqualTo(vocabulary.dropsLeadingSpace());
        for (int id = 0; id < read.size(); id++) {
            assertThat(read.bytes(id)).isEqualTo(vocabulary.bytes(id));
            assertThat(read.isSpecial(id)).isEqualTo(vocabulary.isSpecial(id));
        }
    }

    @Test
    void brokenBytesAreRefusedAndNeverMore() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[][] tokens = {"a".getBytes(StandardCharsets.UTF_8), {}, "bc".getBytes(StandardCharsets.UTF_8)};
        byte[] good = TokenVocabulary.of(tokens, new BitSet(), false).toBytes();
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length) : good.length);
            for (int change = random.nextInt(3); change > 0 && bytes.length > 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                TokenVocabulary.fromBytes(bytes).hash();
            } catch (GrammarException e) {
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }

        assertThat(refused).isGreaterThan(5_000);
    }

    @ParameterizedTest
    @CsvSource({"ggml-vocab-gpt-2.gguf, 50257, false", "ggml-vocab-llama-spm.gguf, 32000, true"})
    void publishedVocabulariesAreRead(String name, int tokens, boolean dropsLeadingSpace) {
        Path file = SHARED.resolve("tokenizers/ggml-vocab").resolve(name);
        assumeTrue(
                Files.exists(file), () -> "SKIPPED: no " + file.toAbsolutePath().normalize());

        TokenVocabulary vocabulary = TokenVocabulary.of(GgufVocabularies.read(file));

        assertThat(vocabulary.size()).isEqualTo(tokens);
        assertThat(vocabulary.dropsLeadingSpace()).isEqualTo(dropsLeadingSpace);
    }
}
