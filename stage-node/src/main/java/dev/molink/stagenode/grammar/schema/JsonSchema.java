package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.Language;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compiles a JSON schema (draft 2020-12) into the language of the JSON texts that satisfy it. Every text of the language
 * satisfies the schema; {@code docs/structured-output.md} says which keywords are supported and how a value may be
 * written. What cannot be promised is refused by name.
 *
 * <p>The way: {@link SchemaReader} reads every schema of the document and checks its keywords. {@link ShapeExpander}
 * multiplies {@code allOf}, {@code anyOf} and {@code $ref} out into {@link Shape}s of one kind of value each, where schemas
 * of elements and members stay named by {@link Conjunction}s. {@link LanguageWriter} makes each conjunction a rule, and
 * {@link Productivity} takes out what has no finite text.
 */
public final class JsonSchema {

    private final SchemaLimits limits;
    private final WorkBudget budget;

    private JsonSchema(SchemaLimits limits) {
        this.limits = limits;
        this.budget = new WorkBudget(limits.states());
    }

    /**
     * @param schema its JSON text
     * @throws SchemaRefusedException where it is no schema, impossible, too large, or holds what is not supported
     */
    public static Language.Definition compile(String schema, SchemaLimits limits) {
        return new JsonSchema(limits).compile(parse(schema, limits));
    }

    /**
     * @param schema read with numbers as {@link java.math.BigDecimal}s, or bounds are those of the nearest doubles
     * @throws SchemaRefusedException as {@link #compile(String, SchemaLimits)}
     */
    public static Language.Definition compile(JsonNode schema, SchemaLimits limits) {
        return compile(schema.toString(), limits);
    }

    private static JsonNode parse(String schema, SchemaLimits limits) {
        Place top = new Place("", "");
        int bytes = schema.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > limits.textBytes()) {
            throw top.tooLarge("its text has %d bytes; allowed are %d".formatted(bytes, limits.textBytes()));
        }
        try {
            JsonNode tree = mapper(limits).readTree(schema);
            if (tree.isMissingNode()) {
                throw top.malformed("the text is empty; allowed is an object, true or false");
            }
            requireCharacters(tree, top);
            return tree;
        } catch (StreamConstraintsException e) {
            throw top.tooLarge("objects and lists are nested deeper than %d levels, or a number has more than %d digits"
                    .formatted(limits.depth(), StreamReadConstraints.DEFAULT_MAX_NUM_LEN));
        } catch (JacksonException e) {
            throw top.malformed("it is not valid JSON: " + e.getOriginalMessage());
        }
    }

    /** Half a surrogate pair can be escaped in JSON, but not written in UTF-8. */
    private static void requireCharacters(JsonNode node, Place place) {
        node.propertyNames().forEach(name -> requireCharacters(name, place));
        if (node.isString()) {
            requireCharacters(node.stringValue(), place);
        }
        node.forEach(child -> requireCharacters(child, place));
    }

    private static void requireCharacters(String text, Place place) {
        if (text.codePoints().anyMatch(codePoint -> Character.getType(codePoint) == Character.SURROGATE)) {
            throw place.malformed("a string holds a surrogate without its other half");
        }
    }

    private static ObjectMapper mapper(SchemaLimits limits) {
        return JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(limits.depth())
                                .maxStringLength(limits.textBytes())
                                .maxNameLength(limits.textBytes())
                                .build())
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build();
    }

    private Language.Definition compile(JsonNode document) {
        SchemaReader reader = new SchemaReader(limits, budget);
        Conjunction start = Conjunction.of(reader.read(document));
        ShapeExpander expander = new ShapeExpander(new References(reader.found()), limits, budget);
        TextSets textSets = new TextSets(expander.membership(), budget);
        LanguageWriter writer = new LanguageWriter(expander, textSets, budget);
        Map<String, Language> rules = writer.write(start);
        proveOneOfs(expander, textSets);
        Productivity productivity = new Productivity(rules);
        if (!productivity.isProductive(writer.name(start))) {
            throw new ImpossibleCause(
                            expander,
                            schemas -> schemas.equals(Conjunction.ANYTHING)
                                    || productivity.isProductive(writer.name(schemas)))
                    .find(start);
        }
        return new Language.Definition(new Language.Rule(writer.name(start)), productivity.pruned(rules));
    }

    private static void proveOneOfs(ShapeExpander expander, TextSets textSets) {
        Disjointness disjointness = new Disjointness(expander, textSets);
        for (var oneOf = expander.nextOneOf(); oneOf.isPresent(); oneOf = expander.nextOneOf()) {
            disjointness.check(oneOf.get());
        }
    }
}
