package dev.molink.gateway.template.printing;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.value.DictValue;
import dev.molink.gateway.template.value.NumberValue;
import dev.molink.gateway.template.value.Numbers;
import dev.molink.gateway.template.value.QuotedText;
import dev.molink.gateway.template.value.SequenceValue;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.TextBuilder;
import dev.molink.gateway.template.value.TupleValue;
import dev.molink.gateway.template.value.UndefinedValue;
import dev.molink.gateway.template.value.Value;
import java.math.BigInteger;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's {@code format % values}. */
public final class PercentFormat {
    private static final Pattern DIRECTIVE =
            Pattern.compile("%(?:\\(([^()]*)\\))?([-#0 +]*)(\\*|\\d+)?(?:\\.(\\*|\\d*))?[hlL]?(.)", Pattern.DOTALL);

    private final StringValue format;
    private final Value values;
    private final List<Value> positional;
    private final TextBuilder out;
    private int used;

    private PercentFormat(StringValue format, Value values, TextBuilder out) {
        this.format = format;
        this.values = values;
        this.positional = values instanceof TupleValue tuple ? tuple.elements() : List.of(values);
        this.out = out;
    }

    /** The formatted text; of the type {@code Markup} if the format is, which then escapes the values. */
    public static StringValue format(StringValue format, Value values, TextBuilder out) {
        new PercentFormat(format, values, out).run();
        return format.with(out.toString());
    }

    private void run() {
        String text = format.text();
        int position = 0;
        Matcher directive = DIRECTIVE.matcher(text);
        for (int mark = text.indexOf('%'); mark >= 0; mark = text.indexOf('%', position)) {
            out.append(text.substring(position, mark));
            if (!directive.find(mark) || directive.start() != mark) {
                throw new TemplateEvaluationException("incomplete format");
            }
            apply(directive);
            position = directive.end();
        }
        out.append(text.substring(position));
        requireAllUsed();
    }

    private void requireAllUsed() {
        boolean subscriptable = values instanceof DictValue
                || values instanceof UndefinedValue
                || (values instanceof SequenceValue && !(values instanceof TupleValue));
        if (used < positional.size() && !subscriptable) {
            throw new TemplateEvaluationException("not all arguments converted during string formatting");
        }
    }

    private void apply(Matcher directive) {
        String flags = directive.group(2);
        String width = directive.group(3);
        String precision = directive.group(4);
        char type = directive.group(5).charAt(0);
        if (type == '%') {
            out.append('%');
            return;
        }
        int wantedWidth = width == null ? 0 : width.equals("*") ? Numbers.requireIndex(next()) : FormatSpec.size(width);
        int wantedPrecision = precision == null
                ? -1
                : precision.equals("*") ? Numbers.requireIndex(next()) : FormatSpec.size("0" + precision);
        Value value = directive.group(1) == null ? next() : named(directive.group(1));
        boolean left = flags.contains("-") || wantedWidth < 0;
        var padding = new Padding(Math.abs(wantedWidth), left, flags.contains("0") && !left);
        char sign = flags.contains("+") ? '+' : flags.contains(" ") ? ' ' : 0;
        convert(value, new NumberText.Style(type, sign, flags.contains("#"), wantedPrecision), padding);
    }

    private Value next() {
        if (used >= positional.size()) {
            throw new TemplateEvaluationException("not enough arguments for format string");
        }
        return positional.get(used++);
    }

    private Value named(String name) {
        if (!(values instanceof DictValue dict)) {
            throw new TemplateEvaluationException("format requires a mapping");
        }
        Value value = dict.find(name);
        if (value == null) {
            throw new TemplateEvaluationException("the format names the key '" + name + "', which is missing");
        }
        return value;
    }

    private void convert(Value value, NumberText.Style style, Padding padding) {
        switch (style.type()) {
            case 's' -> text(escaped(value, value.toText(out.budget())), style, padding);
            case 'r' -> text(escaped(value, value.toPrinted(out.budget())), style, padding);
            case 'a' -> text(escaped(value, ascii(value, out)), style, padding);
            case 'c' -> padding.text(character(value), out);
            case 'd', 'i', 'u' -> integer(truncated(value, style.type()), style, padding);
            case 'o', 'x', 'X' -> integer(integral(value, style.type()), style, padding);
            case 'e', 'E', 'f', 'F', 'g', 'G' ->
                padding.number(NumberText.ofReal(number(value, style.type()).real(), style, out.budget()), out);
            default -> throw new TemplateEvaluationException("unsupported format character '" + style.type() + "'");
        }
    }

    private String escaped(Value value, String text) {
        boolean safe = !format.isMarkup() || (value instanceof StringValue string && string.isMarkup());
        return safe ? text : HtmlText.escape(text, out.budget());
    }

    private void text(String text, NumberText.Style style, Padding padding) {
        var string = StringValue.of(text);
        boolean cut = style.precision() >= 0 && style.precision() < string.length();
        padding.text(cut ? string.substring(0, style.precision()) : text, out);
    }

    private void integer(BigInteger number, NumberText.Style style, Padding padding) {
        NumberText text = NumberText.ofInteger(number, style, out.budget());
        int missing = style.precision() - text.digits().length();
        if (missing > 0) {
            out.budget().allocate(missing);
            text = new NumberText(text.sign(), text.prefix(), "0".repeat(missing) + text.digits());
        }
        padding.number(text, out);
    }

    private static NumberValue number(Value value, char type) {
        return switch (value) {
            case NumberValue number -> number;
            case UndefinedValue undefined -> throw undefined.failure();
            default ->
                throw new TemplateEvaluationException(
                        "%" + type + " format: a real number is required, not " + value.typeName());
        };
    }

    private static BigInteger truncated(Value value, char type) {
        return number(value, type).integer();
    }

    private static BigInteger integral(Value value, char type) {
        NumberValue number = number(value, type);
        if (!number.isIntegral()) {
            throw new TemplateEvaluationException("%" + type + " format: an integer is required, not float");
        }
        return number.integer();
    }

    /** The character of {@code %c}: a code point, or a string of one character. */
    static String character(Value value) {
        if (value instanceof StringValue string && string.length() == 1) {
            return string.text();
        }
        if (value instanceof NumberValue number && number.isIntegral()) {
            int codePoint = Numbers.clamp(number.integer());
            if (Character.isValidCodePoint(codePoint)) {
                return Character.toString(codePoint);
            }
        }
        throw new TemplateEvaluationException("%c requires a character or its number, not " + value.typeName());
    }

    /** Python's {@code ascii}: {@code repr} with escapes for everything beyond ASCII. */
    static String ascii(Value value, TextBuilder out) {
        var ascii = new TextBuilder(out.budget());
        value.toPrinted(out.budget()).codePoints().forEach(codePoint -> {
            if (codePoint < 0x80) {
                ascii.append((char) codePoint);
            } else {
                QuotedText.escape(codePoint, ascii);
            }
        });
        return ascii.toString();
    }

    /**
     * How a value is brought to its width.
     *
     * @param width code points
     * @param left whether blanks come behind
     * @param zeros whether numbers get zeros in front
     */
    private record Padding(int width, boolean left, boolean zeros) {
        void text(String text, TextBuilder out) {
            int blanks = width - text.codePointCount(0, text.length());
            out.repeat(" ", left ? 0 : blanks).append(text).repeat(" ", left ? blanks : 0);
        }

        void number(NumberText number, TextBuilder out) {
            int missing = width - number.length();
            out.repeat(" ", left || zeros ? 0 : missing)
                    .append(number.sign())
                    .append(number.prefix())
                    .repeat("0", zeros ? missing : 0)
                    .append(number.digits())
                    .repeat(" ", left ? missing : 0);
        }
    }
}
