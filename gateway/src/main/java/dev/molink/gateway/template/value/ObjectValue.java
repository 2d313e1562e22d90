package dev.molink.gateway.template.value;

import org.jspecify.annotations.Nullable;

/** A value known by its attributes: macros, functions, loops, namespaces. */
public non-sealed interface ObjectValue extends Value {
    /** The attribute, or null when there is none. */
    @Nullable
    Value attribute(String name);

    @Override
    default boolean isTrue() {
        return true;
    }

    @Override
    default void print(TextBuilder out) {
        out.append("<" + typeName() + " object>");
    }
}
