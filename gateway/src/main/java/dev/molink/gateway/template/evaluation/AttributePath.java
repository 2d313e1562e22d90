package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.value.IntegerValue;
import dev.molink.gateway.template.value.ListValue;
import dev.molink.gateway.template.value.NoneValue;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.UndefinedValue;
import dev.molink.gateway.template.value.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where filters look inside an element, such as {@code 'home.city'} or {@code 'tags.0'}.
 *
 * @param parts keys and indices, one inside the other
 * @param defaultValue taken for what is undefined, or None for no default
 */
record AttributePath(List<Value> parts, Value defaultValue) {
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");

    /** The path that an argument names; None is the element itself. */
    static AttributePath of(Value attribute, Value defaultValue) {
        return new AttributePath(parts(attribute), defaultValue);
    }

    /** Several paths with commas between them, as sorting takes them. */
    static List<AttributePath> several(Value attribute) {
        if (!(attribute instanceof StringValue names)) {
            return List.of(of(attribute, NoneValue.NONE));
        }
        return Arrays.stream(names.text().split(",", -1))
                .map(name -> of(StringValue.of(name), NoneValue.NONE))
                .toList();
    }

    private static List<Value> parts(Value attribute) {
        if (attribute == NoneValue.NONE) {
            return List.of();
        }
        if (!(attribute instanceof StringValue path)) {
            return List.of(attribute);
        }
        return Arrays.stream(path.text().split("\\.", -1))
                .map(AttributePath::part)
                .toList();
    }

    private static Value part(String part) {
        return DIGITS.matcher(part).matches() ? new IntegerValue(new BigInteger(part)) : StringValue.of(part);
    }

    /** What the path leads to. */
    Value resolve(Value element, Rendering rendering) {
        Value current = element;
        for (Value part : parts) {
            current = Attributes.item(current, part, rendering);
            if (current instanceof UndefinedValue && defaultValue != NoneValue.NONE) {
                current = defaultValue;
            }
        }
        return current;
    }

    /** What to sort or compare by: what the path leads to, in lower case unless the case matters. */
    Value key(Value element, boolean caseSensitive, Rendering rendering) {
        Value value = resolve(element, rendering);
        if (caseSensitive || !(value instanceof StringValue string)) {
            return value;
        }
        rendering.budget().allocate(string.text().length());
        return StringValue.of(TextCase.lower(string.text()));
    }

    /** The keys of several paths in one list. */
    static Value keys(List<AttributePath> paths, Value element, boolean caseSensitive, Rendering rendering) {
        var keys = new ArrayList<Value>();
        paths.forEach(path -> keys.add(path.key(element, caseSensitive, rendering)));
        return new ListValue(keys);
    }
}
