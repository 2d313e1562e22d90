package dev.molink.stagenode.structure;

import dev.molink.proto.node.v1.Structure;
import dev.molink.stagenode.grammar.Choices;
import dev.molink.stagenode.grammar.Grammar;
import dev.molink.stagenode.grammar.GrammarCache;
import dev.molink.stagenode.grammar.GrammarException;
import dev.molink.stagenode.grammar.GrammarLimits;
import dev.molink.stagenode.grammar.JsonText;
import dev.molink.stagenode.grammar.Language.Definition;
import dev.molink.stagenode.grammar.RegularExpressions;
import dev.molink.stagenode.grammar.schema.JsonSchema;
import dev.molink.stagenode.grammar.schema.SchemaLimits;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;

/** Reads what a request says of its text, and compiles it unless that was done before. */
final class StructureReader {

    private static final int MAX_GRAMMARS = 256;
    private static final long MAX_BYTES = 64L << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final GrammarCache grammars = new GrammarCache(GrammarLimits.DEFAULT, MAX_GRAMMARS, MAX_BYTES, PATIENCE);

    /**
     * The grammar of {@code structure}.
     *
     * @throws GrammarException if it is refused
     * @throws dev.molink.stagenode.grammar.schema.SchemaRefusedException if a schema is
     */
    Grammar read(Structure structure) {
        return switch (structure.getKindCase()) {
            case JSON_SCHEMA -> {
                String schema = structure.getJsonSchema();
                yield grammars.compiled("schema", schema, () -> JsonSchema.compile(schema, SchemaLimits.DEFAULT));
            }
            case JSON_OBJECT -> grammars.compiled("object", "", JsonText::object);
            case REGEX -> {
                String regex = structure.getRegex();
                yield grammars.compiled("regex", regex, () -> alone(RegularExpressions.read(regex)));
            }
            case CHOICE ->
                grammars.compiled(
                        "choice",
                        hex(structure),
                        () -> alone(Choices.read(structure.getChoice().getTextsList())));
            case KIND_NOT_SET -> throw new GrammarException(GrammarException.Reason.INVALID, "the structure is empty");
        };
    }

    private static Definition alone(dev.molink.stagenode.grammar.Language language) {
        return new Definition(language, Map.of());
    }

    /** Texts may hold any character, so none can separate them in a key. */
    private static String hex(Structure structure) {
        return HexFormat.of().formatHex(structure.getChoice().toByteArray());
    }

    /** The field of the request that holds the structure. */
    static String field(Structure structure) {
        return switch (structure.getKindCase()) {
            case JSON_SCHEMA -> "structure.json_schema";
            case JSON_OBJECT -> "structure.json_object";
            case REGEX -> "structure.regex";
            case CHOICE -> "structure.choice";
            case KIND_NOT_SET -> "structure";
        };
    }
}
