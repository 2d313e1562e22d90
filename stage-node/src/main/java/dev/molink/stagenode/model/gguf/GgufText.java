package dev.molink.stagenode.model.gguf;

import com.google.protobuf.ByteString;
import dev.molink.proto.node.v1.GgufVocabulary;
import dev.molink.proto.node.v1.TextAssets;
import dev.molink.stagenode.model.format.ModelFileException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads vocabulary and chat template from a GGUF file's metadata. */
final class GgufText {

    private static final String PREFIX = "tokenizer.ggml.";

    private final GgufFile file;
    private final GgufVocabulary.Builder vocabulary = GgufVocabulary.newBuilder();

    private GgufText(GgufFile file) {
        this.file = file;
    }

    static Optional<TextAssets> read(GgufFile file, int vocabularySize) {
        if (file.find(PREFIX + "tokens").isEmpty()) {
            return Optional.empty();
        }
        GgufText text = new GgufText(file);
        text.readTokens(vocabularySize);
        text.readSpecialIds();
        TextAssets.Builder assets = TextAssets.newBuilder().setGguf(text.vocabulary);
        file.text("tokenizer.chat_template").ifPresent(assets::setChatTemplate);
        return Optional.of(assets.build());
    }

    private void readTokens(int vocabularySize) {
        file.text(PREFIX + "model").ifPresent(vocabulary::setModel);
        file.text(PREFIX + "pre").ifPresent(vocabulary::setPre);
        texts("tokens").forEach(token -> vocabulary.addTokens(ByteString.copyFrom(token.duplicate())));
        texts("merges")
                .forEach(merge -> vocabulary.addMerges(
                        StandardCharsets.UTF_8.decode(merge.duplicate()).toString()));
        scores().forEach(score -> vocabulary.addScores(score.floatValue()));
        tokenTypes().forEach(type -> vocabulary.addTokenTypes(type.intValue()));
        int tokens = vocabulary.getTokensCount();
        if (tokens > vocabularySize) {
            throw refused(
                    "tokens",
                    "%d entries".formatted(tokens),
                    "the %d rows of token_embd.weight".formatted(vocabularySize));
        }
        requireParallel("scores", vocabulary.getScoresCount());
        requireParallel("token_type", vocabulary.getTokenTypesCount());
    }

    private void requireParallel(String key, int items) {
        if (items != 0 && items != vocabulary.getTokensCount()) {
            throw refused(
                    key,
                    "%d entries".formatted(items),
                    "one for each of %d tokens".formatted(vocabulary.getTokensCount()));
        }
    }

    private void readSpecialIds() {
        id("bos_token_id", vocabulary::setBosId);
        id("eos_token_id", vocabulary::setEosId);
        id("unknown_token_id", vocabulary::setUnknownId);
        flag("add_bos_token", vocabulary::setAddBos);
        flag("add_eos_token", vocabulary::setAddEos);
        flag("add_space_prefix", vocabulary::setAddSpacePrefix);
    }

    private List<ByteBuffer> texts(String key) {
        GgufValue value = file.find(PREFIX + key).orElse(new GgufValue.Texts(List.of()));
        if (value instanceof GgufValue.Texts(List<ByteBuffer> texts)) {
            return texts;
        }
        throw refused(key, value.getClass().getSimpleName(), "a list of texts");
    }

    private List<Double> scores() {
        GgufValue value = file.find(PREFIX + "scores").orElse(new GgufValue.Reals(List.of()));
        if (value instanceof GgufValue.Reals(List<Double> scores)) {
            return scores;
        }
        throw refused("scores", value.getClass().getSimpleName(), "a list of numbers");
    }

    private List<Long> tokenTypes() {
        GgufValue value = file.find(PREFIX + "token_type").orElse(new GgufValue.Wholes(List.of()));
        if (value instanceof GgufValue.Wholes(List<Long> types)) {
            return types;
        }
        throw refused("token_type", value.getClass().getSimpleName(), "a list of whole numbers");
    }

    private void id(String key, Consumer<Integer> setter) {
        GgufValue value = file.find(PREFIX + key).orElse(null);
        if (value == null) {
            return;
        }
        if (!(value instanceof GgufValue.Whole(long id)) || id < 0 || id >= vocabulary.getTokensCount()) {
            throw refused(key, value.toString(), "an id below %d".formatted(vocabulary.getTokensCount()));
        }
        setter.accept((int) id);
    }

    private void flag(String key, Consumer<Boolean> setter) {
        if (file.find(PREFIX + key).orElse(null) instanceof GgufValue.Flag(boolean flag)) {
            setter.accept(flag);
        }
    }

    private ModelFileException refused(String key, String found, String allowed) {
        return new ModelFileException(file.path(), "%s%s is %s; allowed is %s".formatted(PREFIX, key, found, allowed));
    }
}
