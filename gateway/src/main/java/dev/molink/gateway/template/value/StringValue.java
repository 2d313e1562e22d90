package dev.molink.gateway.template.value;

import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Python's {@code str}, or with {@link #isMarkup} its subclass {@code Markup}: text that is already escaped for HTML.
 * Positions count code points.
 */
public final class StringValue implements Value {
    /** The empty string. */
    public static final StringValue EMPTY = new StringValue("", false);

    private final String text;
    private final boolean markup;
    private int codePoints = -1;

    private StringValue(String text, boolean markup) {
        this.text = text;
        this.markup = markup;
    }

    /** A plain string. */
    public static StringValue of(String text) {
        return text.isEmpty() ? EMPTY : new StringValue(text, false);
    }

    /** Text that counts as escaped. */
    public static StringValue markup(String text) {
        return new StringValue(text, true);
    }

    /** Another text of the same type, as the methods of {@code Markup} return {@code Markup}. */
    public StringValue with(String other) {
        return markup ? markup(other) : of(other);
    }

    /** The text itself. */
    public String text() {
        return text;
    }

    /** Whether the text counts as escaped. */
    public boolean isMarkup() {
        return markup;
    }

    @Override
    public String typeName() {
        return markup ? "Markup" : "str";
    }

    @Override
    public boolean isTrue() {
        return !text.isEmpty();
    }

    @Override
    public void print(TextBuilder out) {
        if (markup) {
            out.append("Markup(");
        }
        QuotedText.print(text, out);
        if (markup) {
            out.append(')');
        }
    }

    @Override
    public void write(TextBuilder out) {
        out.append(text);
    }

    @Override
    public boolean isIterable() {
        return true;
    }

    @Override
    public boolean hasLength() {
        return true;
    }

    /** The number of code points, counted once. */
    @Override
    public int length() {
        if (codePoints < 0) {
            codePoints = text.codePointCount(0, text.length());
        }
        return codePoints;
    }

    /** The position in UTF-16 units of a position in code points, which has to lie in 0 … {@link #length}. */
    public int offset(int position) {
        return length() == text.length() ? position : text.offsetByCodePoints(0, position);
    }

    /** The position in code points of a position in UTF-16 units. */
    public int position(int offset) {
        return length() == text.length() ? offset : text.codePointCount(0, offset);
    }

    /** The text between two positions, with {@code 0 <= start <= end <= length}. */
    public String substring(int start, int end) {
        int from = offset(start);
        return text.substring(from, length() == text.length() ? end : text.offsetByCodePoints(from, end - start));
    }

    @Override
    public Iterator<Value> iterator() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < text.length();
            }

            @Override
            public Value next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                int start = next;
                next += Character.charCount(text.codePointAt(start));
                return with(text.substring(start, next));
            }
        };
    }

    @Override
    public String toString() {
        return typeName() + " of " + length() + " characters";
    }
}
