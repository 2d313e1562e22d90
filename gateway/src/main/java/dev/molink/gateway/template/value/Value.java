package dev.molink.gateway.template.value;

import dev.molink.gateway.template.failure.Budget;
import dev.molink.gateway.template.failure.TemplateEvaluationException;
import java.util.Iterator;

/** A value of the template language. Values do not change, except namespaces, cyclers, joiners and streams. */
public sealed interface Value
        permits NoneValue, UndefinedValue, NumberValue, StringValue, BytesValue, CollectionValue, ObjectValue {
    /** The name of the type in Python, for messages. */
    String typeName();

    /** Whether a condition takes this as true. */
    boolean isTrue();

    /** Appends Python's {@code repr}. */
    void print(TextBuilder out);

    /** Appends Python's {@code str}, which is what a template prints. */
    default void write(TextBuilder out) {
        print(out);
    }

    /** Whether a loop can go over it. */
    default boolean isIterable() {
        return false;
    }

    /** The elements in order; whoever goes through them pays, see {@link Elements}. */
    default Iterator<Value> iterator() {
        throw new TemplateEvaluationException("'" + typeName() + "' object is not iterable");
    }

    /** Whether {@link #length} has an answer. */
    default boolean hasLength() {
        return false;
    }

    /** Python's {@code len}. */
    default int length() {
        throw new TemplateEvaluationException("object of type '" + typeName() + "' has no len()");
    }

    /** {@code str} of this value as a Java string. */
    default String toText(Budget budget) {
        var out = new TextBuilder(budget);
        write(out);
        return out.toString();
    }

    /** {@code repr} of this value as a Java string. */
    default String toPrinted(Budget budget) {
        var out = new TextBuilder(budget);
        print(out);
        return out.toString();
    }
}
