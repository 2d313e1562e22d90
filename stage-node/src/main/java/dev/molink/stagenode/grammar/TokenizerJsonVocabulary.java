package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.GrammarException.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** Reads tokens, added tokens and decoder of a {@code tokenizer.json} as a stream; merges, the most of it, are skipped. */
final class TokenizerJsonVocabulary {

    private record AddedToken(int id, String content, boolean special) {}

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Map<Integer, String> tokens = new HashMap<>();
    private final List<AddedToken> addedTokens = new ArrayList<>();
    private JsonNode decoder = MissingNode.getInstance();

    private TokenizerJsonVocabulary() {}

    static TokenVocabulary read(byte[] file) {
        TokenizerJsonVocabulary vocabulary = new TokenizerJsonVocabulary();
        try (JsonParser parser = JSON.createParser(file)) {
            vocabulary.readFile(parser);
        } catch (JacksonException e) {
            throw new GrammarException(Reason.INVALID, "tokenizer.json cannot be read: " + e.getOriginalMessage());
        }
        return vocabulary.vocabulary();
    }

    private TokenVocabulary vocabulary() {
        TokenSpelling spelling = TokenSpelling.of(decoder);
        TokenBytes bytes = new TokenBytes();
        tokens.forEach((id, token) -> bytes.put(id, spelling.bytes(token)));
        for (AddedToken token : addedTokens) {
            bytes.put(token.id, spelling.bytesOfAdded(token.content));
            if (token.special) {
                bytes.markSpecial(token.id);
            }
        }
        return bytes.vocabulary(spelling.dropsLeadingSpace());
    }

    private void readFile(JsonParser parser) {
        expect(parser.nextToken(), JsonToken.START_OBJECT, "the file");
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "added_tokens" -> readAddedTokens(parser.readValueAsTree());
                case "decoder" -> decoder = parser.readValueAsTree();
                case "model" -> {
                    expect(value, JsonToken.START_OBJECT, "model");
                    readModel(parser);
                }
                default -> parser.skipChildren();
            }
        }
    }

    private void readAddedTokens(JsonNode list) {
        for (JsonNode token : list) {
            if (!token.path("id").isInt() || !token.path("content").isString()) {
                throw new GrammarException(
                        Reason.INVALID, "tokenizer.json: added_tokens holds an entry without id or content");
            }
            addedTokens.add(new AddedToken(
                    token.path("id").intValue(),
                    token.path("content").stringValue(),
                    token.path("special").asBoolean(false)));
        }
    }

    private void readModel(JsonParser parser) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean vocabulary = parser.currentName().equals("vocab");
            JsonToken value = parser.nextToken();
            if (!vocabulary) {
                parser.skipChildren();
            } else if (value == JsonToken.START_ARRAY) {
                readScoredPieces(parser);
            } else {
                expect(value, JsonToken.START_OBJECT, "model.vocab");
                readIds(parser);
            }
        }
    }

    private void readIds(JsonParser parser) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String token = parser.currentName();
            expect(parser.nextToken(), JsonToken.VALUE_NUMBER_INT, "model.vocab");
            tokens.put(parser.getIntValue(), token);
        }
    }

    /** Unigram's list of pairs: piece and score, ids in order. */
    private void readScoredPieces(JsonParser parser) {
        while (parser.nextToken() == JsonToken.START_ARRAY) {
            expect(parser.nextToken(), JsonToken.VALUE_STRING, "model.vocab");
            tokens.put(tokens.size(), parser.getString());
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                parser.skipChildren();
            }
        }
    }

    private static void expect(JsonToken found, JsonToken expected, String where) {
        if (found != expected) {
            throw new GrammarException(
                    Reason.INVALID, "tokenizer.json: %s holds %s; expected %s".formatted(where, found, expected));
        }
    }
}
