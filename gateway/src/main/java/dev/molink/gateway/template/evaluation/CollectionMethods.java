package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.value.DictValue;
import dev.molink.gateway.template.value.DictView;
import dev.molink.gateway.template.value.DictView.Part;
import dev.molink.gateway.template.value.Elements;
import dev.molink.gateway.template.value.Equality;
import dev.molink.gateway.template.value.IntegerValue;
import dev.molink.gateway.template.value.ListValue;
import dev.molink.gateway.template.value.NoneValue;
import dev.molink.gateway.template.value.RangeValue;
import dev.molink.gateway.template.value.SequenceValue;
import dev.molink.gateway.template.value.TupleValue;
import dev.molink.gateway.template.value.Value;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The attributes of dicts, lists, tuples and ranges; the sandbox refuses the methods that change them. */
final class CollectionMethods {
    private static final Set<String> CHANGING_A_DICT = Set.of("clear", "pop", "popitem", "setdefault", "update");
    private static final Set<String> CHANGING_A_LIST =
            Set.of("append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort");

    private CollectionMethods() {}

    static @Nullable Value find(DictValue dict, String name) {
        if (CHANGING_A_DICT.contains(name)) {
            return Attributes.refused(dict, name);
        }
        return switch (name) {
            case "get" ->
                FunctionValue.method(name, Signature.positional("key", "default?"), (arguments, rendering) -> {
                    Value found = dict.find(arguments.get(0), rendering.budget());
                    return found == null ? arguments.get(1) : found;
                });
            case "items" -> view(dict, name, Part.ITEMS);
            case "keys" -> view(dict, name, Part.KEYS);
            case "values" -> view(dict, name, Part.VALUES);
            case "copy" -> FunctionValue.method(name, Signature.of(), (arguments, rendering) -> dict);
            case "fromkeys" -> fromKeys();
            default -> null;
        };
    }

    private static Value view(DictValue dict, String name, Part part) {
        return FunctionValue.method(name, Signature.of(), (arguments, rendering) -> new DictView(dict, part));
    }

    /** {@code dict.fromkeys}: every key gets the same value. */
    static Value fromKeys() {
        return FunctionValue.method("fromkeys", Signature.positional("keys", "value?"), (arguments, rendering) -> {
            var dict = new DictValue.Builder();
            for (Value key : Elements.of(arguments.get(0), rendering.budget())) {
                rendering.budget().allocateElements(1);
                dict.put(key, arguments.get(1, NoneValue.NONE), rendering.budget());
            }
            return dict.build();
        });
    }

    static @Nullable Value find(ListValue list, String name) {
        if (CHANGING_A_LIST.contains(name)) {
            return Attributes.refused(list, name);
        }
        return name.equals("copy")
                ? FunctionValue.method(name, Signature.of(), (arguments, rendering) -> list)
                : search(list, name);
    }

    static @Nullable Value find(TupleValue tuple, String name) {
        int index = tuple.names().indexOf(name);
        return index >= 0 ? tuple.elements().get(index) : search(tuple, name);
    }

    static @Nullable Value find(RangeValue range, String name) {
        return switch (name) {
            case "start" -> new IntegerValue(range.start());
            case "stop" -> new IntegerValue(range.stop());
            case "step" -> new IntegerValue(range.step());
            default -> search(range, name);
        };
    }

    private static @Nullable Value search(SequenceValue sequence, String name) {
        return switch (name) {
            case "index" ->
                FunctionValue.method(
                        name,
                        Signature.positional("value", "start?", "stop?"),
                        (arguments, rendering) -> index(sequence, arguments, rendering));
            case "count" ->
                FunctionValue.method(
                        name,
                        Signature.positional("value"),
                        (arguments, rendering) -> count(sequence, arguments.get(0), rendering));
            default -> null;
        };
    }

    private static Value index(SequenceValue sequence, Bound arguments, Rendering rendering) {
        int length = sequence.length();
        int start = bound(arguments.integer(1, 0), length);
        int stop = bound(arguments.integer(2, length), length);
        for (int i = start; i < stop; i++) {
            if (Equality.equal(sequence.elements().get(i), arguments.get(0), rendering.budget())) {
                return IntegerValue.of(i);
            }
        }
        throw new TemplateEvaluationException("the searched value is not in the " + sequence.typeName());
    }

    private static int bound(int position, int length) {
        return Math.clamp(position < 0 ? (long) position + length : position, 0, length);
    }

    private static Value count(SequenceValue sequence, Value wanted, Rendering rendering) {
        long count = sequence.elements().stream()
                .filter(element -> Equality.equal(element, wanted, rendering.budget()))
                .count();
        return IntegerValue.of(count);
    }
}
