package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Answers of a demanded form from the running product, judged by an independent validator. */
class StructuredOutputIT {

    private static final String CHAT = "/v1/chat/completions";
    private static final JsonMapper JSON = JsonMapper.shared();

    /** A nested object, an enumeration, an array and a range of integers. */
    private static final JsonNode PERSON = JSON.readTree("""
            {
              "type": "object",
              "properties": {
                "name": {"type": "string", "minLength": 1, "maxLength": 12},
                "kind": {"enum": ["fox", "cat", 7, null]},
                "home": {
                  "type": "object",
                  "properties": {
                    "street": {"type": "string", "pattern": "^[A-Z][a-z]{2,8}$"},
                    "number": {"type": "integer", "minimum": 1, "maximum": 250}
                  },
                  "required": ["street", "number"],
                  "additionalProperties": false
                },
                "friends": {
                  "type": "array",
                  "items": {"type": "integer", "minimum": -3, "maximum": 12},
                  "minItems": 1,
                  "maxItems": 4
                }
              },
              "required": ["name", "kind", "home", "friends"],
              "additionalProperties": false
            }""");

    private static final Schema VALIDATOR = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(PERSON);

    private static RunningDemo demo;

    @BeforeAll
    static void start() throws Exception {
        demo = RunningDemo.shared();
    }

    /** How an answer is asked for: whole and streamed, greedy and with seeds. */
    static Stream<Arguments> ways() {
        return Stream.of(false, true)
                .flatMap(stream -> Stream.of(
                        Arguments.of(stream, 0, 0),
                        Arguments.of(stream, 1, 1),
                        Arguments.of(stream, 1, 2),
                        Arguments.of(stream, 1, 3)));
    }

    @ParameterizedTest(name = "stream {0}, temperature {1}, seed {2}")
    @MethodSource("ways")
    void keepsASchema(boolean stream, int temperature, int seed) throws Exception {
        Answer answer = ask(chat(stream, temperature, seed).set("response_format", schema(PERSON)));

        assertThat(answer.finishReason()).as(answer.text()).isEqualTo("stop");
        assertThat(VALIDATOR.validate(JSON.readTree(answer.text())))
                .as(answer.text())
                .isEmpty();
    }

    @ParameterizedTest(name = "stream {0}, temperature {1}, seed {2}")
    @MethodSource("ways")
    void writesAnyJsonObject(boolean stream, int temperature, int seed) throws Exception {
        Answer answer = ask(chat(stream, temperature, seed).set("response_format", JSON.readTree("""
                        {"type": "json_object"}""")));

        assertThat(answer.finishReason()).as(answer.text()).isEqualTo("stop");
        assertThat(JSON.readTree(answer.text()).isObject()).as(answer.text()).isTrue();
    }

    @ParameterizedTest(name = "stream {0}, temperature {1}, seed {2}")
    @MethodSource("ways")
    void keepsARegularExpression(boolean stream, int temperature, int seed) throws Exception {
        String expression = "[A-Z]{2}-[0-9]{3}(, (yes|no)){1,3}";

        Answer answer = ask(chat(stream, temperature, seed)
                .set("structured_outputs", JSON.valueToTree(Map.of("regex", expression))));

        assertThat(answer.finishReason()).isEqualTo("stop");
        assertThat(answer.text()).matches(Pattern.compile(expression));
    }

    @ParameterizedTest(name = "stream {0}, temperature {1}, seed {2}")
    @MethodSource("ways")
    void choosesOneOfTheTextsGiven(boolean stream, int temperature, int seed) throws Exception {
        List<String> texts = List.of("perhaps", "perhaps not", "nĕver \uD83E\uDD8A");

        Answer answer = ask(
                chat(stream, temperature, seed).set("structured_outputs", JSON.valueToTree(Map.of("choice", texts))));

        assertThat(answer.finishReason()).isEqualTo("stop");
        assertThat(answer.text()).isIn(texts);
    }

    @Test
    void aSeedRepeatsAStructuredAnswer() throws Exception {
        ObjectNode request = chat(false, 1, 5).set("response_format", schema(PERSON));

        assertThat(ask(request)).isEqualTo(ask(request));
    }

    /** A schema, and what the sentence about it names. */
    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of("unsupported", "{\"type\": \"object\", \"not\": {\"type\": \"null\"}}", "'not'"),
                Arguments.of("below", "{\"properties\": {\"a\": {\"contains\": {}}}}", "'contains'"),
                Arguments.of("impossible", "{\"type\": \"integer\", \"minimum\": 5, \"maximum\": 4}", "imum'"),
                Arguments.of("no integer", "{\"type\": \"integer\", \"minimum\": 0.2, \"maximum\": 0.8}", "imum'"),
                Arguments.of("too few", "{\"type\": \"array\", \"minItems\": 3, \"maxItems\": 2}", "Items'"),
                Arguments.of("no type", "{\"type\": \"text\"}", "'type'"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refusesASchemaByFieldAndKeyword(String name, String schema, String named) throws Exception {
        assertRefused("response_format", schema(JSON.readTree(schema)), named);
        assertRefused("structured_outputs", JSON.createObjectNode().set("json", JSON.readTree(schema)), named);
    }

    @Test
    void refusesASchemaOfThreeHundredKibibytes() throws Exception {
        String properties = IntStream.range(0, 6000)
                .mapToObj("\"property-%05d\": {\"type\": \"string\", \"maxLength\": 7}"::formatted)
                .collect(Collectors.joining(", "));
        JsonNode schema = JSON.readTree("{\"type\": \"object\", \"properties\": {%s}}".formatted(properties));

        assertRefused("response_format", schema(schema), "too large");
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 1000})
    void refusesASchemaThatIsNestedTooDeep(int depth) throws Exception {
        String schema = "{\"items\": ".repeat(depth) + "true" + "}".repeat(depth);

        assertRefused("response_format", """
                {"type": "json_schema", "json_schema": {"name": "answer", "schema": %s}}""".formatted(schema), "nest");
    }

    @Test
    void refusesAnExpressionAndAChoiceThatAreNone() throws Exception {
        assertRefused("structured_outputs", "{\"regex\": \"(a|b\"}", "regex");
        assertRefused("structured_outputs", "{\"regex\": \"(a)\\\\1\"}", "regex");
        assertRefused("structured_outputs", "{\"choice\": []}", "choice");
        assertRefused("structured_outputs", "{\"choice\": [\"a\"], \"regex\": \"b\"}", "choice");
    }

    private static void assertRefused(String field, JsonNode form, String named) throws Exception {
        assertRefused(field, form.toString(), named);
    }

    /** Whole and streamed alike: no status 200 and no event before the refusal. */
    private static void assertRefused(String field, String form, String named) throws Exception {
        for (boolean stream : List.of(false, true)) {
            HttpResponse<String> response = demo.post(CHAT, """
                    {"model": "molink-demo", "stream": %s, "messages": [{"role": "user", "content": "Hello"}],
                     "%s": %s}""".formatted(stream, field, form));

            assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
            assertThat(response.headers().firstValue("content-type").orElseThrow())
                    .startsWith("application/json");
            JsonNode error = JSON.readTree(response.body()).get("error");
            assertThat(error.get("param").asString()).startsWith(field);
            assertThat(error.get("message").asString()).contains(named);
        }
    }

    private static ObjectNode chat(boolean stream, int temperature, int seed) {
        return (ObjectNode) JSON.readTree("""
                {"model": "molink-demo", "max_tokens": 1000, "stream": %s, "temperature": %d, "seed": %d,
                 "messages": [{"role": "user", "content": "Tell me about a fox, in JSON."}]}""".formatted(stream, temperature, seed));
    }

    private static JsonNode schema(JsonNode schema) {
        ObjectNode named = JSON.createObjectNode().put("name", "answer").set("schema", schema);
        return JSON.createObjectNode().put("type", "json_schema").set("json_schema", named);
    }

    private record Answer(String text, String finishReason) {}

    private static Answer ask(ObjectNode request) throws Exception {
        HttpResponse<String> response = demo.post(CHAT, request.toString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return request.get("stream").asBoolean() ? streamed(response.body()) : whole(response.body());
    }

    private static Answer whole(String body) {
        JsonNode choice = JSON.readTree(body).at("/choices/0");
        return new Answer(
                choice.at("/message/content").asString(),
                choice.get("finish_reason").asString());
    }

    private static Answer streamed(String body) {
        List<String> events = body.lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring(6))
                .toList();
        assertThat(events.getLast()).isEqualTo("[DONE]");
        StringBuilder text = new StringBuilder();
        String finishReason = "";
        for (String event : events.subList(0, events.size() - 1)) {
            JsonNode choice = JSON.readTree(event).at("/choices/0");
            text.append(choice.at("/delta/content").asString(""));
            finishReason = choice.path("finish_reason").asString(finishReason);
        }
        return new Answer(text.toString(), finishReason);
    }
}
