package dev.molink.gateway.template.value;

import java.util.Iterator;
import java.util.List;

/** A collection that knows its elements by position. */
public sealed interface SequenceValue extends CollectionValue permits ListValue, TupleValue, RangeValue {
    /** The elements, which cannot be changed. */
    List<Value> elements();

    @Override
    default Iterator<Value> iterator() {
        return elements().iterator();
    }

    @Override
    default boolean isTrue() {
        return !elements().isEmpty();
    }

    @Override
    default boolean hasLength() {
        return true;
    }

    @Override
    default int length() {
        return elements().size();
    }

    /** Appends the printed elements with commas between them. */
    static void printElements(Iterable<Value> elements, TextBuilder out) {
        out.budget().enter();
        String separator = "";
        for (Value element : elements) {
            out.budget().step();
            out.append(separator);
            element.print(out);
            separator = ", ";
        }
        out.budget().leave();
    }
}
