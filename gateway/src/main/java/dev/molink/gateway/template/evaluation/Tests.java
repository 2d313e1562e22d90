package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.value.Arithmetic.Operation;
import dev.molink.gateway.template.value.BooleanValue;
import dev.molink.gateway.template.value.BytesValue;
import dev.molink.gateway.template.value.DictValue;
import dev.molink.gateway.template.value.Equality;
import dev.molink.gateway.template.value.FloatValue;
import dev.molink.gateway.template.value.IntegerValue;
import dev.molink.gateway.template.value.Membership;
import dev.molink.gateway.template.value.NoneValue;
import dev.molink.gateway.template.value.NumberValue;
import dev.molink.gateway.template.value.Ordering;
import dev.molink.gateway.template.value.Ordering.Relation;
import dev.molink.gateway.template.value.SequenceValue;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.UndefinedValue;
import dev.molink.gateway.template.value.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** All tests by name. */
final class Tests {
    private static final Map<String, Test> BY_NAME = new HashMap<>();

    static {
        simple("defined", value -> !(value instanceof UndefinedValue));
        simple("undefined", value -> value instanceof UndefinedValue);
        simple("none", value -> value == NoneValue.NONE);
        simple("boolean", value -> value instanceof BooleanValue);
        simple("true", value -> value == BooleanValue.TRUE);
        simple("false", value -> value == BooleanValue.FALSE);
        simple("integer", value -> value instanceof IntegerValue);
        simple("float", value -> value instanceof FloatValue);
        simple("number", value -> value instanceof NumberValue);
        simple("string", value -> value instanceof StringValue);
        simple("mapping", value -> value instanceof DictValue);
        simple("iterable", Value::isIterable);
        simple("sequence", Tests::isSequence);
        simple("callable", value -> value instanceof CallableValue || value instanceof UndefinedValue);
        simple("escaped", value -> value instanceof StringValue string && string.isMarkup());
        define(
                "lower",
                Signature.of(),
                (value, arguments, rendering) ->
                        StringPredicates.isLower(rendering.string(value).text()));
        define(
                "upper",
                Signature.of(),
                (value, arguments, rendering) ->
                        StringPredicates.isUpper(rendering.string(value).text()));
        define("odd", Signature.of(), (value, arguments, rendering) -> hasRemainder(value, 2, 1, rendering));
        define("even", Signature.of(), (value, arguments, rendering) -> hasRemainder(value, 2, 0, rendering));
        define(
                "divisibleby",
                Signature.of("num"),
                (value, arguments, rendering) -> isInteger(
                        Operators.calculate(Operation.MODULO, value, arguments.get(0), rendering), 0, rendering));
        define(
                "filter",
                Signature.of(),
                (value, arguments, rendering) ->
                        value instanceof StringValue name && Filters.find(name.text()) != null);
        define(
                "test",
                Signature.of(),
                (value, arguments, rendering) -> value instanceof StringValue name && BY_NAME.containsKey(name.text()));
        define("sameas", Signature.of("other"), (value, arguments, rendering) -> isSame(value, arguments.get(0)));
        define(
                "in",
                Signature.of("seq"),
                (value, arguments, rendering) -> Membership.contains(arguments.get(0), value, rendering.budget()));
        Test.Body equal = (value, arguments, rendering) -> Equality.equal(value, arguments.get(0), rendering.budget());
        Test.Body different = (value, arguments, rendering) -> !equal.accepts(value, arguments, rendering);
        comparison(equal, "==", "eq", "equalto");
        comparison(different, "!=", "ne");
        comparison(ordered(Relation.GREATER), ">", "gt", "greaterthan");
        comparison(ordered(Relation.GREATER_OR_EQUAL), ">=", "ge");
        comparison(ordered(Relation.LESS), "<", "lt", "lessthan");
        comparison(ordered(Relation.LESS_OR_EQUAL), "<=", "le");
    }

    private Tests() {}

    private static void define(String name, Signature signature, Test.Body body) {
        BY_NAME.put(name, new Test(name, signature, body));
    }

    private static void simple(String name, Predicate<Value> predicate) {
        define(name, Signature.of(), (value, arguments, rendering) -> predicate.test(value));
    }

    private static void comparison(Test.Body body, String... names) {
        for (String name : names) {
            define(name, Signature.positional("other"), body);
        }
    }

    private static Test.Body ordered(Relation relation) {
        return (value, arguments, rendering) -> Ordering.holds(relation, value, arguments.get(0), rendering.budget());
    }

    static Set<String> names() {
        return Set.copyOf(BY_NAME.keySet());
    }

    /** The test of this name; fails when there is none. */
    static Test require(String name) {
        Test test = BY_NAME.get(name);
        if (test == null) {
            throw new TemplateEvaluationException("No test named '" + name + "'.");
        }
        return test;
    }

    private static boolean isSequence(Value value) {
        return value instanceof SequenceValue
                || value instanceof StringValue
                || value instanceof DictValue
                || value instanceof BytesValue
                || value instanceof UndefinedValue;
    }

    private static boolean hasRemainder(Value value, long divisor, long remainder, Rendering rendering) {
        Value actual = Operators.calculate(Operation.MODULO, value, IntegerValue.of(divisor), rendering);
        return isInteger(actual, remainder, rendering);
    }

    private static boolean isInteger(Value value, long expected, Rendering rendering) {
        return Equality.equal(value, IntegerValue.of(expected), rendering.budget());
    }

    /** Python keeps one object for each small integer, so equal ones are the same. */
    private static boolean isSame(Value value, Value other) {
        boolean small = value instanceof IntegerValue number && number.integer().bitLength() <= Byte.SIZE;
        return Equality.identical(value, other) || (small && value.equals(other));
    }
}
