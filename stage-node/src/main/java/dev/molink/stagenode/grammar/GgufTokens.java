package dev.molink.stagenode.grammar;

import com.google.protobuf.ByteString;
import dev.molink.proto.node.v1.GgufVocabulary;
import dev.molink.stagenode.grammar.GrammarException.Reason;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads the vocabulary of a GGUF file. */
final class GgufTokens {

    /** {@code tokenizer.ggml.token_type}. */
    private static final int UNKNOWN = 2;

    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int BYTE = 6;

    private static final char BLANK = '\u2581';

    private final GgufVocabulary gguf;
    private final TokenBytes tokens = new TokenBytes();

    GgufTokens(GgufVocabulary gguf) {
        this.gguf = gguf;
    }

    TokenVocabulary vocabulary() {
        int types = gguf.getTokenTypesCount();
        if (types != 0 && types != gguf.getTokensCount()) {
            throw new GrammarException(
                    Reason.INVALID,
                    "tokenizer.ggml.token_type has %d entries, tokenizer.ggml.tokens has %d; they must be as many"
                            .formatted(types, gguf.getTokensCount()));
        }
        return switch (gguf.getModel()) {
            case "gpt2" -> byteLevel();
            case "llama" -> pieces();
            default ->
                throw new GrammarException(
                        Reason.UNSUPPORTED,
                        "tokenizer.ggml.model is \"%s\"; structured output knows gpt2 and llama"
                                .formatted(gguf.getModel()));
        };
    }

    private TokenVocabulary byteLevel() {
        for (int id = 0; id < gguf.getTokensCount(); id++) {
            String token = text(id);
            tokens.put(id, isAdded(id) ? utf8(token) : ByteAlphabet.bytes(token));
            markSpecial(id);
        }
        return tokens.vocabulary(false);
    }

    private TokenVocabulary pieces() {
        for (int id = 0; id < gguf.getTokensCount(); id++) {
            String token = text(id);
            tokens.put(id, type(id) == BYTE ? namedByte(id, token) : utf8(token.replace(BLANK, ' ')));
            markSpecial(id);
        }
        return tokens.vocabulary(!gguf.hasAddSpacePrefix() || gguf.getAddSpacePrefix());
    }

    private static byte[] namedByte(int id, String token) {
        int value = TokenBytes.namedByte(token);
        if (value < 0) {
            throw new GrammarException(
                    Reason.INVALID,
                    "tokenizer.ggml.tokens[%d] is \"%s\" of type byte; allowed are <0x00> to <0xFF>"
                            .formatted(id, token));
        }
        return new byte[] {(byte) value};
    }

    private void markSpecial(int id) {
        if (type(id) == CONTROL || type(id) == UNKNOWN) {
            tokens.markSpecial(id);
        }
    }

    private boolean isAdded(int id) {
        return type(id) == UNKNOWN || type(id) == CONTROL || type(id) == USER_DEFINED;
    }

    private int type(int id) {
        return gguf.getTokenTypesCount() == 0 ? 0 : gguf.getTokenTypes(id);
    }

    private String text(int id) {
        ByteString token = gguf.getTokens(id);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(token.asReadOnlyByteBuffer())
                    .toString();
        } catch (CharacterCodingException e) {
            throw new GrammarException(
                    Reason.INVALID, "tokenizer.ggml.tokens[%d] is not UTF-8 (%s)".formatted(id, e.getMessage()));
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
