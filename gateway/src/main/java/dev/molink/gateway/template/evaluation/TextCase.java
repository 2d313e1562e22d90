package dev.molink.gateway.template.evaluation;

import java.util.Locale;

/** Upper, lower and title case by Unicode's full mappings, as Python applies them. */
final class TextCase {
    private static final int CAPITAL_SIGMA = 'Σ';
    private static final int DOTLESS_I = 'ı';

    private TextCase() {}

    static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** The first character in title case, the others in lower case. */
    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        String first = Character.toString(text.codePointAt(0));
        // Lower case of the whole, since a final sigma looks at what stands before it.
        return titleOf(text.codePointAt(0)) + lower(text).substring(lower(first).length());
    }

    /** Each word's first letter in title case; words end at everything that has no case. */
    static String title(String text) {
        var title = new StringBuilder(text.length());
        boolean inWord = false;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int codePoint = text.codePointAt(i);
            title.append(inWord ? lowerAt(text, i) : titleOf(codePoint));
            inWord = isCased(codePoint);
        }
        return title.toString();
    }

    static String swap(String text) {
        var swapped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int codePoint = text.codePointAt(i);
            swapped.append(
                    Character.isUpperCase(codePoint)
                            ? lowerAt(text, i)
                            : Character.isLowerCase(codePoint)
                                    ? upper(Character.toString(codePoint))
                                    : Character.toString(codePoint));
        }
        return swapped.toString();
    }

    /** Lower case of the upper case of each character in lower case, which is what case folding is but for the dotless i. */
    static String fold(String text) {
        var folded = new StringBuilder(text.length());
        text.codePoints().forEach(codePoint -> {
            String character = Character.toString(codePoint);
            folded.append(codePoint == DOTLESS_I ? character : lowerEach(upper(lower(character))));
        });
        return folded.toString();
    }

    private static String lowerEach(String text) {
        var lower = new StringBuilder();
        text.codePoints().forEach(codePoint -> lower.append(lower(Character.toString(codePoint))));
        return lower.toString();
    }

    private static String lowerAt(String text, int offset) {
        int codePoint = text.codePointAt(offset);
        if (codePoint != CAPITAL_SIGMA) {
            return lower(Character.toString(codePoint));
        }
        int next = offset + 1;
        boolean ends = next >= text.length() || !isCased(text.codePointAt(next));
        boolean follows = offset > 0 && isCased(text.codePointBefore(offset));
        return ends && follows ? "ς" : "σ";
    }

    private static String titleOf(int codePoint) {
        if (Character.toTitleCase(codePoint) != codePoint) {
            return Character.toString(Character.toTitleCase(codePoint));
        }
        String upper = upper(Character.toString(codePoint));
        int first = 0;
        while (first < upper.length() - 1 && !isCased(upper.codePointAt(first))) {
            first++;
        }
        // Of a ligature, as ß and ﬁ are, only the first letter is upper case.
        int end = first + Character.charCount(upper.codePointAt(first));
        return upper.substring(0, end) + lower(upper.substring(end));
    }

    static boolean isCased(int codePoint) {
        return Character.isUpperCase(codePoint) || Character.isLowerCase(codePoint) || Character.isTitleCase(codePoint);
    }
}
