package dev.molink.gateway.tokenizer;

import dev.molink.proto.node.v1.GgufVocabulary;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Checks one GGUF vocabulary and makes a tokenizer of it. */
final class GgufVocabularyReader {

    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int UNUSED = 5;
    private static final int BYTE = 6;

    private static final int NO_TOKEN = -1;
    private static final int[] NOTHING = {};

    private final GgufVocabulary vocabulary;
    private final String[] tokens;
    private final TokenTable table;
    private final AddedTokens addedTokens = new AddedTokens();
    private final Map<String, Integer> idByToken = new HashMap<>();
    private final int[] idByByte = new int[256];

    GgufVocabularyReader(GgufVocabulary vocabulary) {
        this.vocabulary = vocabulary;
        this.tokens = new String[vocabulary.getTokensCount()];
        this.table = new TokenTable(tokens.length);
        Arrays.fill(idByByte, NO_TOKEN);
        if (tokens.length == 0) {
            throw new TextModelException("tokenizer.ggml.tokens is missing or empty");
        }
        checkLength("tokenizer.ggml.token_type", vocabulary.getTokenTypesCount());
        for (int id = 0; id < tokens.length; id++) {
            tokens[id] = text(id);
        }
    }

    GgufTokenizer tokenizer() {
        return switch (vocabulary.getModel()) {
            case "gpt2" -> byteLevel();
            case "llama" -> sentencePiece();
            default ->
                throw new TextModelException(
                        "tokenizer.ggml.model is \"%s\"; known are gpt2 and llama".formatted(vocabulary.getModel()));
        };
    }

    /** The special tokens by the names that chat templates use. */
    Map<String, String> specialTokens() {
        Map<String, String> named = new LinkedHashMap<>();
        putNamed(named, "bos_token", beginningId());
        putNamed(named, "eos_token", endId());
        putNamed(named, "unk_token", unknownId());
        return named;
    }

    private GgufTokenizer byteLevel() {
        for (int id = 0; id < tokens.length; id++) {
            if (isAdded(id)) {
                putAdded(id, tokens[id]);
            } else {
                table.putFragment(id, ByteSymbols.bytes(tokens[id]));
                idByToken.putIfAbsent(tokens[id], id);
            }
        }
        PreTokenizer preTokenizer = PreTokenizer.named(vocabulary.getPre());
        ByteLevelBpe encoder = new ByteLevelBpe(preTokenizer, allTokens(), vocabulary.getMergesList(), unknownId());
        return tokenizer(encoder, Joining.BYTES, preTokenizer.addsBeginning());
    }

    /** Merges may pass through tokens of any type. */
    private Map<String, Integer> allTokens() {
        for (int id = 0; id < tokens.length; id++) {
            idByToken.putIfAbsent(tokens[id], id);
        }
        return idByToken;
    }

    private GgufTokenizer sentencePiece() {
        if (vocabulary.getScoresCount() != tokens.length) {
            checkLength("tokenizer.ggml.scores", vocabulary.getScoresCount());
            throw new TextModelException("tokenizer.ggml.scores is missing; the model llama merges by them");
        }
        for (int id = 0; id < tokens.length; id++) {
            putPiece(id);
        }
        boolean addsSpacePrefix = !vocabulary.hasAddSpacePrefix() || vocabulary.getAddSpacePrefix();
        SentencePieceBpe encoder =
                new SentencePieceBpe(idByToken, scores(), idByByte, Math.max(unknownId(), 0), addsSpacePrefix);
        return tokenizer(encoder, addsSpacePrefix ? Joining.PIECES_WITH_SPACE_PREFIX : Joining.PIECES, true);
    }

    private void putPiece(int id) {
        if (type(id) == BYTE) {
            byte value = byteOf(id);
            table.putFragment(id, new byte[] {value});
            idByByte[Byte.toUnsignedInt(value)] = id;
        } else if (type(id) == USER_DEFINED) {
            putAdded(id, tokens[id].replace(SentencePieceBpe.BLANK, ' '));
        } else if (isAdded(id)) {
            putAdded(id, tokens[id]);
        } else {
            table.putText(id, utf8(tokens[id].replace(SentencePieceBpe.BLANK, ' ')));
            if (type(id) != UNUSED && !tokens[id].isEmpty()) {
                idByToken.putIfAbsent(tokens[id], id);
            }
        }
    }

    private void putAdded(int id, String text) {
        table.putText(id, utf8(text));
        if (type(id) != USER_DEFINED) {
            table.markSpecial(id);
        }
        if (!text.isEmpty()) {
            addedTokens.put(text, id);
        }
    }

    private GgufTokenizer tokenizer(SegmentEncoder encoder, Joining joining, boolean addsBeginning) {
        boolean withBeginning = vocabulary.hasAddBos() ? vocabulary.getAddBos() : addsBeginning && beginningId() >= 0;
        int[] before = withBeginning ? one("bos", beginningId()) : NOTHING;
        int[] after = vocabulary.getAddEos() ? one("eos", endId()) : NOTHING;
        return new GgufTokenizer(table, addedTokens, encoder, joining, before, after);
    }

    private static int[] one(String name, int id) {
        if (id == NO_TOKEN) {
            throw new TextModelException(
                    "tokenizer.ggml.add_%s_token is true, but tokenizer.ggml.%s_token_id is missing"
                            .formatted(name, name));
        }
        return new int[] {id};
    }

    private boolean isAdded(int id) {
        return type(id) == UNKNOWN || type(id) == CONTROL || type(id) == USER_DEFINED;
    }

    private int type(int id) {
        return vocabulary.getTokenTypesCount() == 0 ? 0 : vocabulary.getTokenTypes(id);
    }

    private float[] scores() {
        float[] scores = new float[tokens.length];
        for (int id = 0; id < scores.length; id++) {
            scores[id] = vocabulary.getScores(id);
            if (Float.isNaN(scores[id])) {
                throw new TextModelException("tokenizer.ggml.scores[%d] is not a number".formatted(id));
            }
        }
        return scores;
    }

    private byte byteOf(int id) {
        String token = tokens[id];
        int value = ByteTokens.value(token);
        if (value < 0) {
            throw new TextModelException(
                    "tokenizer.ggml.tokens[%d] is \"%s\" of type byte; expected <0x00> to <0xFF>".formatted(id, token));
        }
        return (byte) value;
    }

    private String text(int id) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(vocabulary.getTokens(id).asReadOnlyByteBuffer())
                    .toString();
        } catch (CharacterCodingException e) {
            throw new TextModelException("tokenizer.ggml.tokens[%d] is not UTF-8".formatted(id), e);
        }
    }

    private void checkLength(String key, int length) {
        if (length != 0 && length != tokens.length) {
            throw new TextModelException("%s has %d entries, tokenizer.ggml.tokens has %d; they must be as many"
                    .formatted(key, length, tokens.length));
        }
    }

    private int beginningId() {
        return checkedId("bos", vocabulary.hasBosId(), vocabulary.getBosId());
    }

    private int endId() {
        return checkedId("eos", vocabulary.hasEosId(), vocabulary.getEosId());
    }

    private int unknownId() {
        return checkedId("unknown", vocabulary.hasUnknownId(), vocabulary.getUnknownId());
    }

    private int checkedId(String name, boolean given, int id) {
        if (!given) {
            return NO_TOKEN;
        }
        if (id < 0 || id >= tokens.length) {
            throw new TextModelException(
                    "tokenizer.ggml.%s_token_id is %d; expected 0 to %d".formatted(name, id, tokens.length - 1));
        }
        return id;
    }

    private void putNamed(Map<String, String> named, String name, int id) {
        if (id != NO_TOKEN) {
            named.put(name, tokens[id]);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
