package dev.molink.gateway.template.printing;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.value.BooleanValue;
import dev.molink.gateway.template.value.DictValue;
import dev.molink.gateway.template.value.FloatValue;
import dev.molink.gateway.template.value.IntegerValue;
import dev.molink.gateway.template.value.ListValue;
import dev.molink.gateway.template.value.NoneValue;
import dev.molink.gateway.template.value.NumberValue;
import dev.molink.gateway.template.value.Ordering;
import dev.molink.gateway.template.value.SequenceValue;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.TextBuilder;
import dev.molink.gateway.template.value.TupleValue;
import dev.molink.gateway.template.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Python's {@code json.dumps}. */
public final class JsonText {
    /**
     * How JSON is laid out.
     *
     * @param ensureAscii whether everything beyond ASCII is escaped
     * @param indent what each level of nesting is indented by, or null for one line
     * @param itemSeparator between elements
     * @param keySeparator between key and value
     * @param sortKeys whether keys are sorted instead of kept in order
     */
    public record Layout(
            boolean ensureAscii,
            @Nullable String indent,
            String itemSeparator,
            String keySeparator,
            boolean sortKeys) {}

    private final Layout layout;
    private final TextBuilder out;
    private int level;

    private JsonText(Layout layout, TextBuilder out) {
        this.layout = layout;
        this.out = out;
    }

    /** Appends {@code value} as JSON; fails for what JSON does not have. */
    public static void write(Value value, Layout layout, TextBuilder out) {
        new JsonText(layout, out).write(value);
    }

    private void write(Value value) {
        switch (value) {
            case StringValue string -> quote(string.text());
            case NoneValue ignored -> out.append("null");
            case BooleanValue truth -> out.append(truth.isTrue() ? "true" : "false");
            case IntegerValue number -> out.append(number.integer().toString());
            case FloatValue number -> out.append(real(number));
            case ListValue list -> writeElements(list);
            case TupleValue tuple -> writeElements(tuple);
            case DictValue dict -> writePairs(dict);
            default ->
                throw new TemplateEvaluationException(
                        "Object of type " + value.typeName() + " is not JSON serializable");
        }
    }

    private static String real(FloatValue number) {
        if (Double.isNaN(number.real())) {
            return "NaN";
        }
        if (Double.isInfinite(number.real())) {
            return number.real() > 0 ? "Infinity" : "-Infinity";
        }
        return FloatValue.text(number.real());
    }

    private void writeElements(SequenceValue sequence) {
        writeBracketed('[', ']', sequence.elements(), this::write);
    }

    private void writePairs(DictValue dict) {
        List<DictValue.Entry> entries = new ArrayList<>(dict.entries());
        if (layout.sortKeys()) {
            entries.sort((left, right) -> Ordering.compare(left.key(), right.key(), out.budget()));
        }
        writeBracketed('{', '}', entries, entry -> {
            quote(key(entry.key()));
            out.append(layout.keySeparator());
            write(entry.value());
        });
    }

    private static String key(Value key) {
        return switch (key) {
            case StringValue string -> string.text();
            case NoneValue ignored -> "null";
            case BooleanValue truth -> truth.isTrue() ? "true" : "false";
            case FloatValue number -> real(number);
            case NumberValue number -> number.integer().toString();
            default ->
                throw new TemplateEvaluationException(
                        "keys must be str, int, float, bool or None, not " + key.typeName());
        };
    }

    private <T> void writeBracketed(char open, char close, List<T> elements, Consumer<T> writer) {
        out.budget().enter();
        out.append(open);
        level++;
        String separator = "";
        for (T element : elements) {
            out.budget().step();
            out.append(separator);
            newLine();
            writer.accept(element);
            separator = layout.itemSeparator();
        }
        level--;
        if (!elements.isEmpty()) {
            newLine();
        }
        out.append(close);
        out.budget().leave();
    }

    private void newLine() {
        if (layout.indent() != null) {
            out.append('\n').repeat(layout.indent(), level);
        }
    }

    private void quote(String text) {
        out.append('"');
        int plainFrom = 0;
        for (int i = 0; i < text.length(); i++) {
            if (needsEscape(text.charAt(i))) {
                out.append(text.substring(plainFrom, i));
                escape(text.charAt(i));
                plainFrom = i + 1;
            }
        }
        out.append(text.substring(plainFrom)).append('"');
    }

    private boolean needsEscape(char unit) {
        return unit < ' ' || unit == '"' || unit == '\\' || (layout.ensureAscii() && unit > '~');
    }

    private void escape(char unit) {
        switch (unit) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case '\f' -> out.append("\\f");
            case '\b' -> out.append("\\b");
            default -> out.append("\\u%04x".formatted((int) unit));
        }
    }
}
