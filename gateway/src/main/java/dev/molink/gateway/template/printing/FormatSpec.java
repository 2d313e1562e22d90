package dev.molink.gateway.template.printing;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.value.NumberValue;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.TextBuilder;
import dev.molink.gateway.template.value.Value;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's format specification: {@code [[fill]align][sign][#][0][width][grouping][.precision][type]}. */
public final class FormatSpec {
    private static final Pattern SPEC = Pattern.compile(
            "(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?(\\d+)?([,_])?(?:\\.(\\d+))?([a-zA-Z%])?", Pattern.DOTALL);

    private final String spec;
    private final String fill;
    private final char align;
    private final char grouping;
    private final int width;
    private final NumberText.Style style;

    private FormatSpec(String spec, Matcher parts) {
        this.spec = spec;
        boolean zero = parts.group(5) != null;
        this.fill = parts.group(1) != null ? parts.group(1) : zero ? "0" : " ";
        this.align = letter(parts.group(2));
        this.width = parts.group(6) == null ? 0 : size(parts.group(6));
        this.grouping = letter(parts.group(7));
        int precision = parts.group(8) == null ? -1 : size(parts.group(8));
        this.style =
                new NumberText.Style(letter(parts.group(9)), letter(parts.group(3)), parts.group(4) != null, precision);
        if (zero && grouping != 0 && width > 0) {
            throw new TemplateEvaluationException(
                    "the format '" + spec + "' pads groups with zeros, which is not supported");
        }
    }

    /** Appends {@code value} formatted by {@code spec}; an empty one means {@code str}. */
    public static void format(Value value, String spec, TextBuilder out) {
        if (spec.isEmpty()) {
            value.write(out);
            return;
        }
        Matcher parts = SPEC.matcher(spec);
        if (!parts.matches()) {
            throw new TemplateEvaluationException("Invalid format specifier '" + spec + "'");
        }
        new FormatSpec(spec, parts).format(value, out);
    }

    private void format(Value value, TextBuilder out) {
        switch (value) {
            case StringValue string -> formatText(string, out);
            case NumberValue number -> formatNumber(number, out);
            default ->
                throw new TemplateEvaluationException(
                        "unsupported format string passed to " + value.typeName() + ".__format__");
        }
    }

    private void formatText(StringValue string, TextBuilder out) {
        boolean fits = (style.type() == 0 || style.type() == 's')
                && style.sign() == 0
                && !style.alternate()
                && grouping == 0
                && align != '=';
        if (!fits) {
            throw unfit(string);
        }
        int precision = style.precision();
        boolean cut = precision >= 0 && precision < string.length();
        String text = cut ? string.substring(0, precision) : string.text();
        pad("", text, cut ? precision : string.length(), align == 0 ? '<' : align, out);
    }

    private void formatNumber(NumberValue number, TextBuilder out) {
        if (style.type() == 'c' && number.isIntegral()) {
            pad("", PercentFormat.character(number), 1, align == 0 ? '<' : align, out);
            return;
        }
        boolean integerType = "bdoxX".indexOf(style.type()) >= 0 && style.type() != 0;
        boolean unfit = style.type() == 's'
                || (integerType && (!number.isIntegral() || style.precision() >= 0))
                || (style.type() == 0 && number.isIntegral() && style.precision() >= 0);
        if (unfit) {
            throw unfit(number);
        }
        NumberText text = NumberText.of(number, style, out.budget());
        if (grouping != 0) {
            text = text.grouped(grouping, style.type() != 0 && "boxX".indexOf(style.type()) >= 0 ? 4 : 3);
        }
        char alignment = align != 0 ? align : fill.equals("0") ? '=' : '>';
        pad(text.sign() + text.prefix(), text.digits(), text.length(), alignment, out);
    }

    private TemplateEvaluationException unfit(Value value) {
        return new TemplateEvaluationException(
                "the format '" + spec + "' does not fit an object of type '" + value.typeName() + "'");
    }

    /** Appends head and body, {@code length} code points together, padded to the width. */
    private void pad(String head, String body, int length, char alignment, TextBuilder out) {
        int padding = Math.max(width - length, 0);
        switch (alignment) {
            case '<' -> out.append(head).append(body).repeat(fill, padding);
            case '^' -> out.repeat(fill, padding / 2).append(head).append(body).repeat(fill, padding - padding / 2);
            case '=' -> out.append(head).repeat(fill, padding).append(body);
            default -> out.repeat(fill, padding).append(head).append(body);
        }
    }

    private static char letter(String group) {
        return group == null ? 0 : group.charAt(0);
    }

    /** A width or precision; beyond a Java int it is over every limit anyway. */
    static int size(String digits) {
        String significant = digits.replaceFirst("^0+(?=.)", "");
        return significant.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(significant);
    }
}
