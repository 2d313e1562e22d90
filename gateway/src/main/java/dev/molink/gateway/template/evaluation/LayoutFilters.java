package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.printing.TextLines;
import dev.molink.gateway.template.printing.WordWrap;
import dev.molink.gateway.template.value.Numbers;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.TextBuilder;
import dev.molink.gateway.template.value.Value;
import java.util.List;

/** Filters that bring text to a width. */
final class LayoutFilters {
    private static final int DEFAULT_INDENT = 4;
    private static final int DEFAULT_CENTER = 80;
    private static final int DEFAULT_LENGTH = 255;
    private static final int DEFAULT_LEEWAY = 5;
    private static final int DEFAULT_WRAP = 79;

    static final List<Filter> FILTERS = List.of(
            new Filter("indent", Signature.of("width?", "first?", "blank?"), LayoutFilters::indent),
            new Filter("center", Signature.of("width?"), LayoutFilters::center),
            new Filter("truncate", Signature.of("length?", "killwords?", "end?", "leeway?"), LayoutFilters::truncate),
            new Filter(
                    "wordwrap",
                    Signature.of("width?", "break_long_words?", "wrapstring?", "break_on_hyphens?"),
                    LayoutFilters::wrap));

    private LayoutFilters() {}

    private static Value indent(Value input, Bound arguments, Rendering rendering) {
        StringValue string = Filters.requireString(input, "indent");
        String indent = indentation(arguments, rendering);
        boolean first = arguments.flag(1, false);
        boolean blank = arguments.flag(2, false);
        // The added line end keeps the one that the text may end with.
        List<String> lines = TextLines.split(string.text() + "\n", false);
        TextBuilder indented = rendering.text();
        for (int i = 0; i < lines.size(); i++) {
            boolean indents = i == 0 ? first : blank || !lines.get(i).isEmpty();
            indented.append(i > 0 ? "\n" : "").append(indents ? indent : "").append(lines.get(i));
        }
        return string.with(indented.toString());
    }

    private static String indentation(Bound arguments, Rendering rendering) {
        if (arguments.get(0) instanceof StringValue indent) {
            return indent.text();
        }
        TextBuilder blanks = rendering.text();
        blanks.repeat(" ", arguments.integer(0, DEFAULT_INDENT));
        return blanks.toString();
    }

    private static Value center(Value input, Bound arguments, Rendering rendering) {
        return StringPadding.center(rendering.string(input), arguments.integer(0, DEFAULT_CENTER), " ", rendering);
    }

    private static Value truncate(Value input, Bound arguments, Rendering rendering) {
        StringValue string = Filters.requireString(input, "truncate");
        int length = arguments.integer(0, DEFAULT_LENGTH);
        StringValue end = StringValue.of(arguments.text(2, "..."));
        int leeway = arguments.isNone(3) ? DEFAULT_LEEWAY : Numbers.requireIndex(arguments.get(3));
        if (length < end.length() || leeway < 0) {
            throw new TemplateEvaluationException(
                    "truncate() takes a length of at least " + end.length() + " and a leeway of at least 0");
        }
        if (string.length() <= (long) length + leeway) {
            return string;
        }
        String kept = string.substring(0, length - end.length());
        int lastBlank = arguments.flag(1, false) ? -1 : kept.lastIndexOf(' ');
        rendering.budget().allocate((long) kept.length() + end.text().length());
        return string.with((lastBlank < 0 ? kept : kept.substring(0, lastBlank)) + end.text());
    }

    private static Value wrap(Value input, Bound arguments, Rendering rendering) {
        StringValue string = Filters.requireString(input, "wordwrap");
        String lineEnd = arguments.isNone(2) ? "\n" : arguments.text(2);
        var wrap = new WordWrap(
                arguments.integer(0, DEFAULT_WRAP),
                arguments.flag(1, true),
                arguments.flag(3, true),
                rendering.budget());
        TextBuilder wrapped = rendering.text();
        String separator = "";
        for (String paragraph : TextLines.split(string.text(), false)) {
            wrapped.append(separator).append(String.join(lineEnd, wrap.wrap(paragraph)));
            separator = lineEnd;
        }
        return StringValue.of(wrapped.toString());
    }
}
