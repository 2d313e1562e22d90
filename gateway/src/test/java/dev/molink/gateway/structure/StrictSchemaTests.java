package dev.molink.gateway.structure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's rules for strict schemas, wherever in a schema they can be broken. */
class StrictSchemaTests {

    private static final String CLOSED = "{'type':'object','properties':{},'additionalProperties':false}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                CLOSED,
                "{'type':'object','properties':{'a':{'type':'string'},'b':{'type':['integer','null']}},"
                        + "'required':['b','a'],'additionalProperties':false}",
                "{'type':'object','properties':{'a':{'$ref':'#/$defs/x'}},'required':['a'],"
                        + "'additionalProperties':false,'$defs':{'x':" + CLOSED + "}}",
                "{'type':'object','properties':{'a':{'anyOf':[{'type':'null'}," + CLOSED + "]}},'required':['a'],"
                        + "'additionalProperties':false}",
            })
    void acceptsClosedObjectsWithAllTheirPropertiesRequired(String schema) {
        assertThat(violation(schema)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'type':'string'} | the root",
                "{} | the root",
                "{'anyOf':[{'type':'object'}]} | the root",
                "{'type':'object','properties':{}} | #",
                "{'type':'object','properties':{},'additionalProperties':true} | #",
                "{'type':'object','properties':{},'additionalProperties':{}} | #",
                "{'type':'object','properties':{'a':{}},'additionalProperties':false} | 'a'",
                "{'type':'object','properties':{'a':{}},'required':['a','b'],'additionalProperties':false} | 'b'",
            })
    void saysWhichRuleTheRootBreaks(String schema, String named) {
        assertThat(violation(schema))
                .hasValueSatisfying(
                        sentence -> assertThat(sentence).contains(named).endsWith("."));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'x':{'type':'object'} | #/properties/x",
                "'x':{'type':['null','object']} | #/properties/x",
                "'x':{'properties':{}} | #/properties/x",
                "'x':{'type':'array','items':{'type':'object'}} | #/properties/x/items",
                "'x':{'prefixItems':[{},{'type':'object'}]} | #/properties/x/prefixItems/1",
                "'x':{'anyOf':[{'type':'object'}]} | #/properties/x/anyOf/0",
                "'x':{'$defs':{'d':{'type':'object'}}} | #/properties/x/$defs/d",
            })
    void findsAnOpenObjectWhereverItStands(String property, String at) {
        String schema =
                "{'type':'object','properties':{%s},'required':['x'],'additionalProperties':false}".formatted(property);

        assertThat(violation(schema))
                .hasValueSatisfying(
                        sentence -> assertThat(sentence).contains("the object at " + at + " ", "additionalProperties"));
    }

    private static Optional<String> violation(String schema) {
        return StrictSchema.violation((ObjectNode) JsonMapper.shared().readTree(schema.replace('\'', '"')));
    }
}
