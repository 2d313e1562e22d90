package dev.molink.gateway.template.value;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Builds generators, which do nothing, and so fail at nothing, until their first element is asked for. */
public final class Lazily {
    private Lazily() {}

    /** A generator whose work begins with {@code start}. */
    public static StreamValue generator(Supplier<Iterator<Value>> start) {
        return StreamValue.generator(new Iterator<>() {
            private @Nullable Iterator<Value> started;

            private Iterator<Value> elements() {
                if (started == null) {
                    started = start.get();
                }
                return started;
            }

            @Override
            public boolean hasNext() {
                return elements().hasNext();
            }

            @Override
            public Value next() {
                return elements().next();
            }
        });
    }

    /** Each element changed by {@code function}, when it is asked for. */
    public static Iterator<Value> mapped(Iterator<Value> elements, Function<Value, Value> function) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return elements.hasNext();
            }

            @Override
            public Value next() {
                return function.apply(elements.next());
            }
        };
    }

    /** The elements that {@code predicate} accepts, each looked at when it is asked for. */
    public static Iterator<Value> filtered(Iterator<Value> elements, Predicate<Value> predicate) {
        return new Iterator<>() {
            private @Nullable Value found;

            @Override
            public boolean hasNext() {
                while (found == null && elements.hasNext()) {
                    Value element = elements.next();
                    found = predicate.test(element) ? element : null;
                }
                return found != null;
            }

            @Override
            public Value next() {
                if (!hasNext() || found == null) {
                    throw new NoSuchElementException();
                }
                Value element = found;
                found = null;
                return element;
            }
        };
    }
}
