package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.TextBuilder;
import dev.molink.gateway.template.value.Value;

/** The methods of strings that bring them to a width. */
final class StringPadding {
    private static final int DEFAULT_TAB_SIZE = 8;

    private StringPadding() {}

    static Value center(StringValue self, Bound arguments, Rendering rendering) {
        return center(self, arguments.integer(0, 0), fill(arguments), rendering);
    }

    /** As Python, which puts the odd blank to the left when the width is odd. */
    static StringValue center(StringValue self, int width, String fill, Rendering rendering) {
        long padding = Math.max((long) width - self.length(), 0);
        long left = padding / 2 + (padding & width & 1);
        return padded(self, fill, left, padding - left, rendering);
    }

    static Value left(StringValue self, Bound arguments, Rendering rendering) {
        return padded(self, fill(arguments), 0, (long) arguments.integer(0, 0) - self.length(), rendering);
    }

    static Value right(StringValue self, Bound arguments, Rendering rendering) {
        return padded(self, fill(arguments), (long) arguments.integer(0, 0) - self.length(), 0, rendering);
    }

    private static String fill(Bound arguments) {
        String fill = arguments.text(1, " ");
        if (fill.codePointCount(0, fill.length()) != 1) {
            throw new TemplateEvaluationException("The fill character must be exactly one character long");
        }
        return fill;
    }

    private static StringValue padded(StringValue self, String fill, long left, long right, Rendering rendering) {
        TextBuilder padded = rendering.text();
        padded.repeat(fill, left).append(self.text()).repeat(fill, right);
        return self.with(padded.toString());
    }

    static Value zeros(StringValue self, Bound arguments, Rendering rendering) {
        String text = self.text();
        int sign = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        TextBuilder padded = rendering.text();
        padded.append(text.substring(0, sign))
                .repeat("0", (long) arguments.integer(0, 0) - self.length())
                .append(text.substring(sign));
        return self.with(padded.toString());
    }

    static Value expandTabs(StringValue self, Bound arguments, Rendering rendering) {
        int size = arguments.integer(0, DEFAULT_TAB_SIZE);
        TextBuilder expanded = rendering.text();
        long column = 0;
        for (int codePoint : self.text().codePoints().toArray()) {
            if (codePoint == '\t') {
                long blanks = size > 0 ? size - column % size : 0;
                expanded.repeat(" ", blanks);
                column += blanks;
            } else {
                expanded.appendCodePoint(codePoint);
                column = codePoint == '\n' || codePoint == '\r' ? 0 : column + 1;
            }
        }
        return self.with(expanded.toString());
    }
}
