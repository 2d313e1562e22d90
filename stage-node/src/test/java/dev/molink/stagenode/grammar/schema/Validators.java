package dev.molink.stagenode.grammar.schema;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.exc.JsonNodeException;
import tools.jackson.databind.json.JsonMapper;

/** What an independent implementation says: draft 2020-12 with formats asserted, numbers as exact decimals. */
final class Validators {

    static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final ObjectMapper DOUBLES = JsonMapper.builder().build();

    private static final Pattern MAIL_DOMAIN =
            Pattern.compile("(@(?:[a-zA-Z0-9][a-zA-Z0-9-]*\\.)+)[a-zA-Z][a-zA-Z0-9-]*[a-zA-Z0-9]\"");

    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private Validators() {}

    static Schema of(JsonNode schema) {
        return REGISTRY.getSchema(schema);
    }

    static boolean accepts(Schema schema, JsonNode document) {
        return errors(schema, document).isEmpty();
    }

    static List<Error> errors(Schema schema, JsonNode document) {
        return schema.validate(
                document, context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
    }

    /**
     * The document with mail domains that this validator knows: it asks for a top-level domain of its own list, where the
     * format asks for a host name.
     */
    static JsonNode withKnownDomains(Schema schema, JsonNode document) {
        if (!schema.getSchemaNode().toString().contains("\"email\"")) {
            return document;
        }
        String text = document.toString();
        return JSON.readTree(MAIL_DOMAIN.matcher(text).replaceAll("$1de\""));
    }

    private static String complaint(Schema schema, JsonNode document) {
        List<Error> errors = errors(schema, document);
        return errors.isEmpty() ? "" : errors.toString();
    }

    /** Why a text is not accepted; empty: it is. */
    static String complaint(Schema schema, String text) {
        try {
            return complaint(schema, withKnownDomains(schema, JSON.readTree(text)));
        } catch (JsonNodeException e) {
            // The validator cannot make a long of an exact number that is larger than any double.
            return complaint(schema, withKnownDomains(schema, DOUBLES.readTree(text)));
        } catch (JacksonException e) {
            return "no JSON: " + e.getOriginalMessage();
        }
    }
}
