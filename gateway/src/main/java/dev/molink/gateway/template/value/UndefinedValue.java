package dev.molink.gateway.template.value;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import java.util.Collections;
import java.util.Iterator;

/**
 * What a missing name, key or index yields: it prints as nothing and is false and empty, while any other use of it
 * fails.
 *
 * @param message what is missing, for that failure
 */
public record UndefinedValue(String message) implements Value {
    /** A variable that nobody set. */
    public static UndefinedValue variable(String name) {
        return new UndefinedValue("'" + name + "' is undefined");
    }

    /** The failure of using it. */
    public TemplateEvaluationException failure() {
        return new TemplateEvaluationException(message);
    }

    @Override
    public String typeName() {
        return "Undefined";
    }

    @Override
    public boolean isTrue() {
        return false;
    }

    @Override
    public void print(TextBuilder out) {
        out.append("Undefined");
    }

    @Override
    public void write(TextBuilder out) {
        // Nothing is what it prints as.
    }

    @Override
    public boolean isIterable() {
        return true;
    }

    @Override
    public Iterator<Value> iterator() {
        return Collections.emptyIterator();
    }

    @Override
    public boolean hasLength() {
        return true;
    }

    @Override
    public int length() {
        return 0;
    }
}
