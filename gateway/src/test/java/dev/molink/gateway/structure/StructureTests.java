package dev.molink.gateway.structure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.gateway.testing.ApiClient;
import dev.molink.gateway.testing.ApiClient.Answer;
import dev.molink.gateway.testing.ScriptedNode;
import dev.molink.gateway.testing.TestGateway;
import dev.molink.proto.node.v1.Failure;
import dev.molink.proto.node.v1.FailureCode;
import dev.molink.proto.node.v1.StringChoice;
import dev.molink.proto.node.v1.Structure;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way to demand a form of the answer, what the head gets of it, and what it refuses. */
class StructureTests {

    private static final String SCHEMA =
            "{'type':'object','properties':{'a':{'type':'integer'}},'required':['a'],'additionalProperties':false}";

    @TempDir
    static Path folder;

    private static volatile ScriptedNode.Script script = answer -> {};
    private static TestGateway gateway;
    private static ScriptedNode node;
    private static ApiClient api;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start(folder);
        node = gateway.node(answer -> script.run(answer));
        api = new ApiClient(gateway.port(), TestGateway.KEY);
    }

    @AfterAll
    static void stop() {
        node.close();
        gateway.close();
    }

    @BeforeEach
    void answerEverything() {
        script = answer -> {
            answer.say(0, "{}").stop(0);
            answer.report();
        };
        node.forgetRequests();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/completions", "/generate"})
    void everyFormReachesTheHead(String path) {
        Structure schema =
                Structure.newBuilder().setJsonSchema(SCHEMA.replace('\'', '"')).build();
        Structure object = Structure.newBuilder().setJsonObject(true).build();
        Structure regex = Structure.newBuilder().setRegex("a|b").build();
        Structure choice = Structure.newBuilder()
                .setChoice(StringChoice.newBuilder().addTexts("yes").addTexts("no"))
                .build();

        for (String strict : List.of("", ",'strict':null", ",'strict':false", ",'strict':true")) {
            assertThat(sent(
                            path,
                            "'response_format':{'type':'json_schema','json_schema':{'name':'a-B_3','description':'d',"
                                    + "'schema':" + SCHEMA + strict + "}}"))
                    .isEqualTo(schema);
        }
        assertThat(sent(path, "'response_format':{'type':'json_object'}")).isEqualTo(object);
        assertThat(sent(path, "'response_format':{'type':'text'}")).isEqualTo(Structure.getDefaultInstance());
        assertThat(sent(path, "'structured_outputs':{'json':" + SCHEMA + "}")).isEqualTo(schema);
        assertThat(sent(path, "'structured_outputs':{'json_object':true}")).isEqualTo(object);
        assertThat(sent(path, "'structured_outputs':{'regex':'a|b'}")).isEqualTo(regex);
        assertThat(sent(path, "'structured_outputs':{'choice':['yes','no'],'json':null}"))
                .isEqualTo(choice);
        assertThat(sent(path, "'guided_json':" + SCHEMA)).isEqualTo(schema);
        assertThat(sent(path, "'guided_json':'{\\'type\\':\\'null\\'}'"))
                .isEqualTo(Structure.newBuilder()
                        .setJsonSchema("{\"type\":\"null\"}")
                        .build());
        assertThat(sent(path, "'guided_regex':'a|b','response_format':{'type':'text'}"))
                .isEqualTo(regex);
        assertThat(sent(path, "'guided_choice':['yes','no']")).isEqualTo(choice);
    }

    /** Without strict a schema goes to the head as it is, whatever OpenAI would demand of it. */
    @Test
    void anOpenSchemaIsFineWithoutStrict() {
        assertThat(sent(
                                "/v1/chat/completions",
                                "'response_format':{'type':'json_schema','json_schema':{'name':'x','schema':{}}}")
                        .getJsonSchema())
                .isEqualTo("{}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'response_format':'json' | response_format | invalid_type",
                "'response_format':{} | response_format.type | missing_required_parameter",
                "'response_format':{'type':'xml'} | response_format.type | invalid_value",
                "'response_format':{'type':'json_schema'} | response_format.json_schema | missing_required_parameter",
                "'response_format':{'type':'json_schema','json_schema':[]} | response_format.json_schema | invalid_type",
                "'response_format':{'type':'json_schema','json_schema':{'schema':{}}} | response_format.json_schema.name | missing_required_parameter",
                "'response_format':{'type':'json_schema','json_schema':{'name':'a b','schema':{}}} | response_format.json_schema.name | invalid_value",
                "'response_format':{'type':'json_schema','json_schema':{'name':'','schema':{}}} | response_format.json_schema.name | invalid_value",
                "'response_format':{'type':'json_schema','json_schema':{'name':'a'}} | response_format.json_schema.schema | missing_required_parameter",
                "'response_format':{'type':'json_schema','json_schema':{'name':'a','schema':'{}'}} | response_format.json_schema.schema | invalid_type",
                "'response_format':{'type':'json_schema','json_schema':{'name':'a','schema':{},'strict':1}} | response_format.json_schema.strict | invalid_type",
                "'response_format':{'type':'json_schema','json_schema':{'name':'a','schema':{'type':'string'},'strict':true}} | response_format.json_schema.schema | invalid_json_schema",
                "'response_format':{'type':'json_schema','json_schema':{'name':'a','schema':{'type':'object','properties':{'b':{}}},'strict':true}} | response_format.json_schema.schema | invalid_json_schema",
                "'structured_outputs':{} | structured_outputs | invalid_value",
                "'structured_outputs':{'grammar':'x'} | structured_outputs.grammar | unsupported_parameter",
                "'structured_outputs':{'regex':'a','choice':['a']} | structured_outputs.choice | invalid_value",
                "'structured_outputs':{'json':5} | structured_outputs.json | invalid_type",
                "'structured_outputs':{'choice':[]} | structured_outputs.choice | empty_array",
                "'structured_outputs':{'choice':[1]} | structured_outputs.choice[0] | invalid_type",
                "'structured_outputs':{'regex':''} | structured_outputs.regex | invalid_value",
                "'guided_json':'{broken' | guided_json | invalid_value",
                "'guided_json':'[]' | guided_json | invalid_type",
                "'guided_json':{},'guided_regex':'a' | guided_regex | invalid_value",
                "'guided_regex':'a','response_format':{'type':'json_object'} | guided_regex | invalid_value",
            })
    void refusesABadFormByField(String fields, String param, String code) {
        for (String path : List.of("/v1/chat/completions", "/v1/completions")) {
            Answer answer = post(path, fields);

            assertThat(answer.status()).as(answer.body()).isEqualTo(400);
            assertThat(answer.json().at("/error/param").stringValue()).isEqualTo(param);
            assertThat(answer.json().at("/error/code").stringValue()).isEqualTo(code);
        }
    }

    @Test
    void refusesAFormThatFitsIntoNoMessage() {
        Answer answer = post("/v1/completions", "'guided_regex':'" + "a".repeat(2 << 20) + "'");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().at("/error/param").stringValue()).isEqualTo("guided_regex");
    }

    /** The head's sentence, as a plain 400, whether the answer would have been streamed or not. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'response_format':{'type':'json_schema','json_schema':{'name':'person','schema':{}}} | structure.json_schema | response_format | invalid_json_schema",
                "'structured_outputs':{'regex':'(?=a)'} | structure.regex | structured_outputs.regex | invalid_value",
                "'guided_json':{} | structure.json_schema | guided_json | invalid_json_schema",
                "'guided_choice':['a'] | structure.choice | guided_choice | invalid_value",
                "'top_p':0.5 | sampling.top_p | top_p | invalid_value",
                "'ignore_eos':true | sampling.ignore_end | ignore_eos | invalid_value",
                "'max_completion_tokens':5 | max_tokens | max_completion_tokens | invalid_value",
                "'n':2 | choices | n | invalid_value",
            })
    void namesTheClientsFieldWhereTheHeadRefuses(String fields, String ofHead, String param, String code) {
        String sentence = "the keyword 'unevaluatedItems' is not supported";
        script = answer -> answer.fail(Failure.newBuilder()
                .setCode(FailureCode.FAILURE_CODE_INVALID_ARGUMENT)
                .setField(ofHead)
                .setMessage(sentence)
                .build());

        for (String stream : List.of("true", "false")) {
            Answer answer = post("/v1/chat/completions", fields + ",'stream':" + stream);

            assertThat(answer.status()).as(answer.body()).isEqualTo(400);
            assertThat(answer.header("Content-Type")).hasValue("application/json");
            assertThat(answer.json().at("/error/param").stringValue()).isEqualTo(param);
            assertThat(answer.json().at("/error/code").stringValue()).isEqualTo(code);
            assertThat(answer.json().at("/error/message").stringValue().contains(sentence))
                    .isEqualTo(ofHead.startsWith("structure"));
        }
    }

    private static Structure sent(String path, String fields) {
        Answer answer = post(path, fields);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return node.nextRequest().getStructure();
    }

    private static Answer post(String path, String fields) {
        return api.post(
                path,
                ("{'model':'molink-demo','prompt':'x','messages':[{'role':'user','content':'x'}]," + fields + "}")
                        .replace("\\'", "\\\""));
    }
}
