package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.value.TextBuilder;
import dev.molink.gateway.template.value.Value;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A function or method that comes with the language. */
final class FunctionValue implements CallableValue {
    /** What it does. */
    @FunctionalInterface
    interface Body {
        Value call(Bound arguments, Rendering rendering);
    }

    private final String typeName;
    private final String name;
    private final Signature signature;
    private final Body body;
    private final Map<String, Value> attributes;

    private FunctionValue(String typeName, String name, Signature signature, Body body, Map<String, Value> attributes) {
        this.typeName = typeName;
        this.name = name;
        this.signature = signature;
        this.body = body;
        this.attributes = attributes;
    }

    static FunctionValue function(String name, Signature signature, Body body) {
        return new FunctionValue("function", name, signature, body, Map.of());
    }

    static FunctionValue method(String name, Signature signature, Body body) {
        return new FunctionValue("builtin_function_or_method", name, signature, body, Map.of());
    }

    /** A class, which is called to make its objects. */
    static FunctionValue type(String name, Signature signature, Body body, Map<String, Value> attributes) {
        return new FunctionValue("type", name, signature, body, attributes);
    }

    @Override
    public Value call(Arguments arguments, Rendering rendering) {
        return body.call(signature.bind(name, arguments), rendering);
    }

    @Override
    public @Nullable Value attribute(String attribute) {
        return attributes.get(attribute);
    }

    @Override
    public String typeName() {
        return typeName;
    }

    /** Python prints the memory address of functions as well, which no template can rely on. */
    @Override
    public void print(TextBuilder out) {
        out.append(typeName.equals("type") ? "<class '" + name + "'>" : "<" + typeName + " " + name + ">");
    }
}
