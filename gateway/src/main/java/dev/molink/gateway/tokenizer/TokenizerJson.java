package dev.molink.gateway.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * What decoding needs of a {@code tokenizer.json}: tokens, added tokens and the decoder. Read as a stream, since the file
 * can have ten megabytes, most of them merges.
 */
final class TokenizerJson {

    /** An added token, as the file lists it. */
    private record AddedToken(int id, String content, boolean special) {}

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MAX_VOCABULARY = 1 << 22;
    private static final String BLANK = String.valueOf(SentencePieceBpe.BLANK);

    private final Map<Integer, String> tokens = new HashMap<>();
    private final List<AddedToken> addedTokens = new ArrayList<>();
    private JsonNode decoder = MissingNode.getInstance();
    private int vocabularySize;

    private TokenizerJson() {}

    static TokenizerJson parse(byte[] file) {
        TokenizerJson json = new TokenizerJson();
        try (JsonParser parser = JSON.createParser(file)) {
            json.read(parser);
        } catch (JacksonException e) {
            throw new TextModelException("tokenizer.json cannot be read: " + JsonFiles.problem(e), e);
        }
        if (json.tokens.isEmpty()) {
            throw new TextModelException("tokenizer.json has no model.vocab");
        }
        return json;
    }

    /** How decoding may join the tokens without asking the native library; empty: it has to be asked. */
    Optional<Joining> joining() {
        JsonNode only = decoder.path("type").asString("").equals("Sequence")
                        && decoder.path("decoders").size() == 1
                ? decoder.path("decoders").get(0)
                : decoder;
        if (only.path("type").asString("").equals("ByteLevel")) {
            return Optional.of(Joining.BYTES);
        }
        return sentencePieceJoining();
    }

    /** The bytes of each token under {@code joining}, and which tokens are special. */
    TokenTable table(Optional<Joining> joining) {
        TokenTable table = new TokenTable(vocabularySize);
        boolean spelledInBytes = joining.equals(Optional.of(Joining.BYTES));
        tokens.forEach((id, token) -> {
            if (spelledInBytes) {
                table.putFragment(id, ByteSymbols.bytes(token));
            } else {
                putPiece(table, id, token);
            }
        });
        for (AddedToken token : addedTokens) {
            putAdded(table, token, spelledInBytes);
        }
        return table;
    }

    private static void putAdded(TokenTable table, AddedToken token, boolean spelledInBytes) {
        if (spelledInBytes) {
            table.putText(token.id, token.content.getBytes(StandardCharsets.UTF_8));
        } else {
            putPiece(table, token.id, token.content);
        }
        if (token.special) {
            table.markSpecial(token.id);
        }
    }

    private static void putPiece(TokenTable table, int id, String piece) {
        int value = ByteTokens.value(piece);
        if (value < 0) {
            table.putText(id, piece.replace(SentencePieceBpe.BLANK, ' ').getBytes(StandardCharsets.UTF_8));
        } else {
            table.putFragment(id, new byte[] {(byte) value});
        }
    }

    private Optional<Joining> sentencePieceJoining() {
        JsonNode steps = decoder.path("decoders");
        boolean known = (steps.size() == 3 || steps.size() == 4)
                && isBlankReplacement(steps.get(0))
                && steps.get(1).path("type").asString("").equals("ByteFallback")
                && steps.get(2).path("type").asString("").equals("Fuse");
        if (!known) {
            return Optional.empty();
        }
        if (steps.size() == 3) {
            return Optional.of(Joining.PIECES);
        }
        return isSpaceStrip(steps.get(3)) ? Optional.of(Joining.PIECES_WITH_SPACE_PREFIX) : Optional.empty();
    }

    private static boolean isBlankReplacement(JsonNode step) {
        return step.path("type").asString("").equals("Replace")
                && step.path("pattern").path("String").asString("").equals(BLANK)
                && step.path("content").asString("").equals(" ");
    }

    private static boolean isSpaceStrip(JsonNode step) {
        return step.path("type").asString("").equals("Strip")
                && step.path("content").asString("").equals(" ")
                && step.path("start").asInt(0) == 1
                && step.path("stop").asInt(0) == 0;
    }

    private void read(JsonParser parser) {
        expect(parser.nextToken(), JsonToken.START_OBJECT, "the file");
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "added_tokens" -> readAddedTokens(parser.readValueAsTree());
                case "decoder" -> decoder = parser.readValueAsTree();
                case "model" -> readModel(parser);
                default -> parser.skipChildren();
            }
        }
    }

    private void readAddedTokens(JsonNode list) {
        for (JsonNode token : list) {
            if (!token.path("id").isInt() || !token.path("content").isString()) {
                throw new TextModelException("tokenizer.json: added_tokens holds an entry without id or content");
            }
            int id = checkedId(token.path("id").intValue());
            addedTokens.add(new AddedToken(
                    id,
                    token.path("content").stringValue(),
                    token.path("special").asBoolean(false)));
        }
    }

    private void readModel(JsonParser parser) {
        expect(parser.currentToken(), JsonToken.START_OBJECT, "model");
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (!name.equals("vocab")) {
                parser.skipChildren();
            } else if (value == JsonToken.START_ARRAY) {
                readScoredPieces(parser);
            } else {
                expect(value, JsonToken.START_OBJECT, "model.vocab");
                readTokens(parser);
            }
        }
    }

    private void readTokens(JsonParser parser) {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String token = parser.currentName();
            expect(parser.nextToken(), JsonToken.VALUE_NUMBER_INT, "model.vocab");
            tokens.put(checkedId(parser.getIntValue()), token);
        }
    }

    /** Unigram: pairs of piece and score, ids in order. */
    private void readScoredPieces(JsonParser parser) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            expect(parser.currentToken(), JsonToken.START_ARRAY, "model.vocab");
            expect(parser.nextToken(), JsonToken.VALUE_STRING, "model.vocab");
            tokens.put(checkedId(tokens.size()), parser.getString());
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                parser.skipChildren();
            }
        }
    }

    private int checkedId(int id) {
        if (id < 0 || id >= MAX_VOCABULARY) {
            throw new TextModelException(
                    "tokenizer.json: token id %d; expected 0 to %d".formatted(id, MAX_VOCABULARY - 1));
        }
        vocabularySize = Math.max(vocabularySize, id + 1);
        return id;
    }

    private static void expect(JsonToken found, JsonToken expected, String where) {
        if (found != expected) {
            throw new TextModelException("tokenizer.json: %s holds %s; expected %s".formatted(where, found, expected));
        }
    }
}
