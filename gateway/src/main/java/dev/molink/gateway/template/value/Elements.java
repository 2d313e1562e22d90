package dev.molink.gateway.template.value;

import dev.molink.gateway.template.failure.Budget;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Goes through collections and pays a step for each element. */
public final class Elements {
    private Elements() {}

    /** The elements of {@code value}, to be gone through once; fails if it is not iterable. */
    public static Iterable<Value> of(Value value, Budget budget) {
        return () -> iterator(value, budget);
    }

    /** The elements of {@code value}; fails if it is not iterable. */
    public static Iterator<Value> iterator(Value value, Budget budget) {
        Iterator<Value> elements = value.iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return elements.hasNext();
            }

            @Override
            public Value next() {
                budget.step();
                return elements.next();
            }
        };
    }

    /** The elements of {@code value} in a list; fails if it is not iterable. */
    public static List<Value> list(Value value, Budget budget) {
        if (value instanceof ListValue || value instanceof TupleValue) {
            return ((SequenceValue) value).elements();
        }
        if (value.hasLength()) {
            budget.allocateElements(value.length());
        }
        List<Value> list = new ArrayList<>();
        for (Value element : of(value, budget)) {
            if (!value.hasLength()) {
                budget.allocateElements(1);
            }
            list.add(element);
        }
        return list;
    }
}
