package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.value.BytesValue;
import dev.molink.gateway.template.value.DictValue;
import dev.molink.gateway.template.value.DictView;
import dev.molink.gateway.template.value.ListValue;
import dev.molink.gateway.template.value.NoneValue;
import dev.molink.gateway.template.value.NumberValue;
import dev.molink.gateway.template.value.ObjectValue;
import dev.molink.gateway.template.value.RangeValue;
import dev.molink.gateway.template.value.StreamValue;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.Subscripts;
import dev.molink.gateway.template.value.TupleValue;
import dev.molink.gateway.template.value.UndefinedValue;
import dev.molink.gateway.template.value.Value;
import org.jspecify.annotations.Nullable;

/**
 * {@code value.name} and {@code value[key]} in Jinja2's immutable sandbox: a dot looks for an attribute first and for a
 * key then, brackets the other way round. Names the sandbox refuses are undefined.
 */
final class Attributes {
    private Attributes() {}

    /** {@code value.name}. */
    static Value attribute(Value value, String name, Rendering rendering) {
        if (value instanceof UndefinedValue undefined) {
            throw undefined.failure();
        }
        Value own = own(value, name);
        if (own != null) {
            return own;
        }
        Value entry = value instanceof DictValue dict ? dict.find(name) : null;
        return entry != null ? entry : missing(value, StringValue.of(name), rendering);
    }

    /** {@code value[key]}. */
    static Value item(Value value, Value key, Rendering rendering) {
        Value element = Subscripts.find(value, key, rendering.budget());
        if (element != null) {
            return element;
        }
        Value own = key instanceof StringValue name ? own(value, name.text()) : null;
        return own != null ? own : missing(value, key, rendering);
    }

    /** As {@link #attribute} without looking for a key. */
    static Value attributeOnly(Value value, String name, Rendering rendering) {
        if (value instanceof UndefinedValue undefined) {
            throw undefined.failure();
        }
        Value own = own(value, name);
        return own != null ? own : missing(value, StringValue.of(name), rendering);
    }

    /** What Python's {@code getattr} finds and the sandbox makes of it, or null. */
    private static @Nullable Value own(Value value, String name) {
        if (name.startsWith("__") && name.endsWith("__")) {
            return refused(value, name);
        }
        return switch (value) {
            case StringValue string -> StringMethods.find(string, name);
            case DictValue dict -> CollectionMethods.find(dict, name);
            case ListValue list -> CollectionMethods.find(list, name);
            case TupleValue tuple -> CollectionMethods.find(tuple, name);
            case RangeValue range -> CollectionMethods.find(range, name);
            case NumberValue number -> NumberAttributes.find(number, name);
            case BytesValue bytes -> StringMethods.find(bytes, name);
            case ObjectValue object -> name.startsWith("_") ? refused(value, name) : object.attribute(name);
            case NoneValue ignored -> null;
            case UndefinedValue ignored -> null;
            case DictView ignored -> null;
            case StreamValue ignored -> null;
        };
    }

    /** What the sandbox gives for an attribute that a template must not reach. */
    static UndefinedValue refused(Value value, String name) {
        return new UndefinedValue("access to attribute '" + name + "' of '" + value.typeName() + "' object is unsafe.");
    }

    private static UndefinedValue missing(Value value, Value key, Rendering rendering) {
        String owner = value == NoneValue.NONE ? "None" : value.typeName() + " object";
        return key instanceof StringValue name
                ? new UndefinedValue("'" + owner + "' has no attribute '" + name.text() + "'")
                : new UndefinedValue(owner + " has no element " + key.toPrinted(rendering.budget()));
    }
}
