package dev.molink.gateway.template.value;

import java.util.List;

/**
 * Python's {@code tuple}.
 *
 * @param elements copied
 * @param names the attributes that name the elements, as {@code groupby} gives its groups; empty for a plain tuple
 */
public record TupleValue(List<Value> elements, List<String> names) implements SequenceValue {
    /** Keeps copies. */
    public TupleValue {
        elements = List.copyOf(elements);
        names = List.copyOf(names);
    }

    /** A plain tuple. */
    public TupleValue(List<Value> elements) {
        this(elements, List.of());
    }

    /** A plain tuple of the given elements. */
    public static TupleValue of(Value... elements) {
        return new TupleValue(List.of(elements));
    }

    @Override
    public String typeName() {
        return "tuple";
    }

    @Override
    public void print(TextBuilder out) {
        out.append('(');
        SequenceValue.printElements(elements, out);
        out.append(elements.size() == 1 ? ",)" : ")");
    }
}
