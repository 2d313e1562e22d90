package dev.molink.gateway.template.value;

import java.util.List;

/**
 * Python's {@code list}. Templates cannot change one, they make new ones.
 *
 * @param elements copied
 */
public record ListValue(List<Value> elements) implements SequenceValue {
    /** Keeps a copy. */
    public ListValue {
        elements = List.copyOf(elements);
    }

    /** A list of the given elements. */
    public static ListValue of(Value... elements) {
        return new ListValue(List.of(elements));
    }

    @Override
    public String typeName() {
        return "list";
    }

    @Override
    public void print(TextBuilder out) {
        out.append('[');
        SequenceValue.printElements(elements, out);
        out.append(']');
    }
}
