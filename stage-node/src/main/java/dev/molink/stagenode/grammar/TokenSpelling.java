package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.GrammarException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * How a {@code tokenizer.json} spells bytes, after its decoder. Only decoders that join tokens by joining their bytes can
 * be followed: byte-level ones, and SentencePiece's, alone or as the sequence of steps that they consist of.
 *
 * @param byteLevel GPT-2's alphabet
 * @param namedBytes whether {@code <0xNN>} is a byte
 * @param blank what stands for a space; empty: nothing does
 * @param dropsLeadingSpace whether the first space of a text is not shown
 */
record TokenSpelling(boolean byteLevel, boolean namedBytes, String blank, boolean dropsLeadingSpace) {

    private static final String DEFAULT_BLANK = "\u2581";

    /** @param decoder the value of {@code decoder}, or none */
    static TokenSpelling of(JsonNode decoder) {
        TokenSpelling spelling = new TokenSpelling(false, false, "", false);
        for (JsonNode step : steps(decoder)) {
            spelling = spelling.with(step);
        }
        return spelling;
    }

    private static List<JsonNode> steps(JsonNode decoder) {
        if (!decoder.path("type").asString("").equals("Sequence")) {
            return List.of(decoder);
        }
        List<JsonNode> steps = new ArrayList<>();
        decoder.path("decoders").forEach(steps::add);
        return steps;
    }

    private TokenSpelling with(JsonNode step) {
        String type = step.path("type").asString("");
        return switch (type) {
            case "ByteLevel" -> new TokenSpelling(true, namedBytes, blank, dropsLeadingSpace);
            case "ByteFallback" -> new TokenSpelling(byteLevel, true, blank, dropsLeadingSpace);
            case "Fuse" -> this;
            case "Replace" -> withReplacement(step);
            case "Strip" -> withStrip(step);
            case "Metaspace" ->
                new TokenSpelling(
                        byteLevel,
                        namedBytes,
                        step.path("replacement").asString(DEFAULT_BLANK),
                        !step.path("prepend_scheme").asString("always").equals("never")
                                && step.path("add_prefix_space").asBoolean(true));
            default -> throw unsupported(type.isEmpty() ? "none" : type);
        };
    }

    private TokenSpelling withReplacement(JsonNode step) {
        String pattern = step.path("pattern").path("String").asString("");
        if (pattern.isEmpty() || !step.path("content").asString("").equals(" ")) {
            throw unsupported("Replace of other than a mark by a space");
        }
        return new TokenSpelling(byteLevel, namedBytes, pattern, dropsLeadingSpace);
    }

    private TokenSpelling withStrip(JsonNode step) {
        boolean oneSpaceInFront = step.path("content").asString("").equals(" ")
                && step.path("start").asInt(0) == 1
                && step.path("stop").asInt(0) == 0;
        if (!oneSpaceInFront) {
            throw unsupported("Strip of other than one space in front");
        }
        return new TokenSpelling(byteLevel, namedBytes, blank, true);
    }

    byte[] bytes(String token) {
        if (byteLevel) {
            return ByteAlphabet.bytes(token);
        }
        int value = namedBytes ? TokenBytes.namedByte(token) : -1;
        if (value >= 0) {
            return new byte[] {(byte) value};
        }
        return (blank.isEmpty() ? token : token.replace(blank, " ")).getBytes(StandardCharsets.UTF_8);
    }

    /** Added tokens stand as they are among byte-level ones. */
    byte[] bytesOfAdded(String token) {
        return byteLevel ? token.getBytes(StandardCharsets.UTF_8) : bytes(token);
    }

    private static GrammarException unsupported(String decoder) {
        return new GrammarException(
                Reason.UNSUPPORTED,
                "structured output cannot follow this model's tokenizer: its decoder is %s; known are ByteLevel, Metaspace, and sequences of Replace, ByteFallback, Fuse and Strip"
                        .formatted(decoder));
    }
}
