package dev.molink.gateway.template.value;

import dev.molink.gateway.template.failure.Budget;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Copies plain Java data, as JSON parsers yield it, into values. */
public final class JavaValues {
    private JavaValues() {}

    /**
     * The value of null, a string, a boolean, a number, an iterable or a map with string keys.
     *
     * @throws IllegalArgumentException for any other class, naming it
     */
    public static Value of(@Nullable Object data, Budget budget) {
        return switch (data) {
            case null -> NoneValue.NONE;
            case Value value -> value;
            case CharSequence text -> StringValue.of(text.toString());
            case Boolean truth -> BooleanValue.of(truth);
            case Number number -> number(number);
            case Map<?, ?> map -> dict(map, budget);
            case Iterable<?> elements -> list(elements, budget);
            default ->
                throw new IllegalArgumentException(
                        "a template takes plain data, not a " + data.getClass().getName());
        };
    }

    private static Value number(Number number) {
        return switch (number) {
            case Integer integer -> IntegerValue.of(integer);
            case Long integer -> IntegerValue.of(integer);
            case Short integer -> IntegerValue.of(integer);
            case Byte integer -> IntegerValue.of(integer);
            case BigInteger integer -> new IntegerValue(integer);
            case Double real -> new FloatValue(real);
            case Float real -> new FloatValue(real);
            case BigDecimal real -> new FloatValue(real.doubleValue());
            default ->
                throw new IllegalArgumentException("a template takes plain data, not a "
                        + number.getClass().getName());
        };
    }

    /** The dict of a map, whose keys have to be strings. */
    public static DictValue dict(Map<?, ?> map, Budget budget) {
        budget.enter();
        var builder = new DictValue.Builder();
        map.forEach((key, value) -> {
            if (!(key instanceof String name)) {
                throw new IllegalArgumentException("the keys of a template's data are strings, not " + key);
            }
            builder.put(name, of(value, budget));
        });
        budget.leave();
        return builder.build();
    }

    private static ListValue list(Iterable<?> elements, Budget budget) {
        budget.enter();
        var list = new ArrayList<Value>();
        for (Object element : elements) {
            list.add(of(element, budget));
        }
        budget.leave();
        return new ListValue(list);
    }
}
