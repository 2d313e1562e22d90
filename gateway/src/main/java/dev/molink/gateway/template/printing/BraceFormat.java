package dev.molink.gateway.template.printing;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.value.IntegerValue;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.TextBuilder;
import dev.molink.gateway.template.value.Value;
import java.math.BigInteger;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Python's {@code str.format} in Jinja2's sandbox. */
public final class BraceFormat {
    private static final int MAX_NESTING = 2;

    /** How a field goes on from its first value. */
    public interface Access {
        /** {@code value.name}. */
        Value attribute(Value value, String name);

        /** {@code value[key]}. */
        Value item(Value value, Value key);
    }

    private final StringValue format;
    private final List<Value> positional;
    private final Function<String, @Nullable Value> named;
    private final Access access;
    private int automatic;
    private boolean manual;

    private BraceFormat(
            StringValue format, List<Value> positional, Function<String, @Nullable Value> named, Access access) {
        this.format = format;
        this.positional = positional;
        this.named = named;
        this.access = access;
    }

    /** The formatted text; of the type {@code Markup} if the format is, which then escapes the values. */
    public static StringValue format(
            StringValue format,
            List<Value> positional,
            Function<String, @Nullable Value> named,
            Access access,
            TextBuilder out) {
        new BraceFormat(format, positional, named, access).expand(format.text(), MAX_NESTING, out);
        return format.with(out.toString());
    }

    private void expand(String text, int nesting, TextBuilder out) {
        if (nesting == 0) {
            throw new TemplateEvaluationException("a format nests its fields too deep");
        }
        int position = 0;
        while (position < text.length()) {
            char unit = text.charAt(position);
            boolean doubled = position + 1 < text.length() && text.charAt(position + 1) == unit;
            if (unit != '{' && unit != '}') {
                int end = position;
                while (end < text.length() && text.charAt(end) != '{' && text.charAt(end) != '}') {
                    end++;
                }
                out.append(text.substring(position, end));
                position = end;
            } else if (doubled) {
                out.append(unit);
                position += 2;
            } else if (unit == '}') {
                throw new TemplateEvaluationException("Single '}' encountered in format string");
            } else {
                int end = fieldEnd(text, position + 1);
                field(text.substring(position + 1, end), nesting, out);
                position = end + 1;
            }
        }
    }

    /** Where the field that begins at {@code start} has its closing brace. */
    private static int fieldEnd(String text, int start) {
        int open = 1;
        for (int i = start; i < text.length(); i++) {
            if (text.charAt(i) == '{') {
                open++;
            } else if (text.charAt(i) == '}' && --open == 0) {
                return i;
            }
        }
        throw new TemplateEvaluationException("expected '}' before end of string");
    }

    private void field(String field, int nesting, TextBuilder out) {
        int end = nameEnd(field);
        Value value = resolve(field.substring(0, end));
        int specAt = end;
        if (end < field.length() && field.charAt(end) == '!') {
            value = converted(value, field, end, out);
            specAt = end + 2;
        }
        var spec = new TextBuilder(out.budget());
        if (specAt < field.length()) {
            expand(field.substring(specAt + 1), nesting - 1, spec);
        }
        write(value, spec.toString(), out);
    }

    /** The end of the field's name; brackets may hold the marks that would end it. */
    private static int nameEnd(String field) {
        boolean inBrackets = false;
        for (int i = 0; i < field.length(); i++) {
            char unit = field.charAt(i);
            if (!inBrackets && (unit == '!' || unit == ':')) {
                return i;
            }
            inBrackets = unit == '[' || (inBrackets && unit != ']');
        }
        return field.length();
    }

    private Value converted(Value value, String field, int mark, TextBuilder out) {
        char conversion = mark + 1 < field.length() ? field.charAt(mark + 1) : ' ';
        if (mark + 2 < field.length() && field.charAt(mark + 2) != ':') {
            throw new TemplateEvaluationException("expected ':' after conversion specifier");
        }
        return switch (conversion) {
            case 's' -> StringValue.of(value.toText(out.budget()));
            case 'r' -> StringValue.of(value.toPrinted(out.budget()));
            case 'a' -> StringValue.of(PercentFormat.ascii(value, out));
            default -> throw new TemplateEvaluationException("Unknown conversion specifier '" + conversion + "'");
        };
    }

    private void write(Value value, String spec, TextBuilder out) {
        if (!format.isMarkup()) {
            FormatSpec.format(value, spec, out);
            return;
        }
        if (value instanceof StringValue string && string.isMarkup()) {
            out.append(string.text());
            return;
        }
        var plain = new TextBuilder(out.budget());
        FormatSpec.format(value, spec, plain);
        out.append(HtmlText.escape(plain.toString(), out.budget()));
    }

    private Value resolve(String name) {
        int end = 0;
        while (end < name.length() && name.charAt(end) != '.' && name.charAt(end) != '[') {
            end++;
        }
        Value value = first(name.substring(0, end));
        while (end < name.length()) {
            boolean isItem = name.charAt(end) == '[';
            int stop = isItem ? name.indexOf(']', end) : attributeEnd(name, end + 1);
            if (stop <= end + 1) {
                throw new TemplateEvaluationException("Empty attribute in format string");
            }
            String part = name.substring(end + 1, stop);
            value = isItem ? access.item(value, key(part)) : access.attribute(value, part);
            end = isItem ? stop + 1 : stop;
        }
        return value;
    }

    private static int attributeEnd(String name, int start) {
        int end = start;
        while (end < name.length() && name.charAt(end) != '.' && name.charAt(end) != '[') {
            end++;
        }
        return end;
    }

    private static Value key(String part) {
        return isNumber(part) ? new IntegerValue(new BigInteger(part)) : StringValue.of(part);
    }

    private static boolean isNumber(String part) {
        return !part.isEmpty() && part.length() < 10 && part.chars().allMatch(unit -> unit >= '0' && unit <= '9');
    }

    private Value first(String name) {
        if (!name.isEmpty() && !isNumber(name)) {
            Value value = named.apply(name);
            if (value == null) {
                throw new TemplateEvaluationException("the format names '" + name + "', which was not passed");
            }
            return value;
        }
        boolean isManual = !name.isEmpty();
        if (isManual ? automatic > 0 : manual) {
            throw new TemplateEvaluationException("a format cannot mix numbered and automatic fields");
        }
        manual = isManual;
        int index = isManual ? Integer.parseInt(name) : automatic++;
        if (index >= positional.size()) {
            throw new TemplateEvaluationException(
                    "Replacement index " + index + " out of range for positional args tuple");
        }
        return positional.get(index);
    }
}
