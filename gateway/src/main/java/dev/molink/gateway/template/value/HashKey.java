package dev.molink.gateway.template.value;

import dev.molink.gateway.template.failure.Budget;
import dev.molink.gateway.template.failure.TemplateEvaluationException;
import java.util.List;

/** Java objects that are equal exactly when two hashable values are equal in Python. */
public final class HashKey {
    private static final Object UNDEFINED = new Object();

    private HashKey() {}

    /** The object for {@code value}; fails for lists and dicts, which Python cannot hash. */
    public static Object of(Value value, Budget budget) {
        budget.step();
        return switch (value) {
            case StringValue string -> string.text();
            case FloatValue number -> ofReal(number.real());
            case NumberValue number -> number.integer();
            case TupleValue tuple -> ofTuple(tuple, budget);
            case RangeValue range -> List.of(range.typeName(), range.elements());
            case BytesValue bytes -> List.of(bytes.typeName(), bytes.toPrinted(budget));
            case UndefinedValue ignored -> UNDEFINED;
            case NoneValue none -> none;
            case ObjectValue object -> object;
            case StreamValue stream -> stream;
            case ListValue list -> throw unhashable(list);
            case DictValue dict -> throw unhashable(dict);
            case DictView view -> throw unhashable(view);
        };
    }

    private static Object ofReal(double number) {
        boolean integral = number == Math.rint(number) && Double.isFinite(number);
        return integral ? new FloatValue(number).integer() : (Object) number;
    }

    private static List<Object> ofTuple(TupleValue tuple, Budget budget) {
        budget.enter();
        List<Object> keys =
                tuple.elements().stream().map(element -> of(element, budget)).toList();
        budget.leave();
        return keys;
    }

    private static TemplateEvaluationException unhashable(Value value) {
        return new TemplateEvaluationException("unhashable type: '" + value.typeName() + "'");
    }
}
