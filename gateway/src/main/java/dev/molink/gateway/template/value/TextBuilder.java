package dev.molink.gateway.template.value;

import dev.molink.gateway.template.failure.Budget;
import dev.molink.gateway.template.failure.TemplateLimitException;

/** A growing text that pays for each character before it is appended. */
public final class TextBuilder {
    private final StringBuilder text = new StringBuilder();
    private final Budget budget;
    private final int maxCharacters;

    /** A text that only the budget bounds. */
    public TextBuilder(Budget budget) {
        this(budget, Integer.MAX_VALUE);
    }

    /** A text that may hold {@code maxCharacters} UTF-16 units. */
    public TextBuilder(Budget budget, int maxCharacters) {
        this.budget = budget;
        this.maxCharacters = maxCharacters;
    }

    /** The budget that pays. */
    public Budget budget() {
        return budget;
    }

    /** Appends {@code part}. */
    public TextBuilder append(String part) {
        reserve(part.length());
        text.append(part);
        return this;
    }

    /** Appends one UTF-16 unit. */
    public TextBuilder append(char unit) {
        reserve(1);
        text.append(unit);
        return this;
    }

    /** Appends one code point. */
    public TextBuilder appendCodePoint(int codePoint) {
        reserve(Character.charCount(codePoint));
        text.appendCodePoint(codePoint);
        return this;
    }

    /** Appends {@code part} {@code count} times; a negative count is none. */
    public TextBuilder repeat(String part, long count) {
        if (count <= 0 || part.isEmpty()) {
            return this;
        }
        reserve(count > Integer.MAX_VALUE ? Long.MAX_VALUE : count * part.length());
        text.repeat(part, (int) count);
        return this;
    }

    private void reserve(long characters) {
        budget.allocate(characters);
        if (characters > maxCharacters - text.length()) {
            throw new TemplateLimitException("the template writes more than " + maxCharacters + " characters");
        }
    }

    /** What was appended so far. */
    @Override
    public String toString() {
        return text.toString();
    }
}
