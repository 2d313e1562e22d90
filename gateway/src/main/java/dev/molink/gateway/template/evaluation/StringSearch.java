package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.evaluation.StringMethods.Body;
import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.printing.HtmlText;
import dev.molink.gateway.template.value.BooleanValue;
import dev.molink.gateway.template.value.IntegerValue;
import dev.molink.gateway.template.value.NumberValue;
import dev.molink.gateway.template.value.Numbers;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.TextBuilder;
import dev.molink.gateway.template.value.TupleValue;
import dev.molink.gateway.template.value.Value;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** The methods of strings that look for a part and replace it. */
final class StringSearch {
    private static final Signature PART_AND_BOUNDS = Signature.positional("part", "start?", "end?");

    static final Map<String, Map.Entry<Signature, Body>> METHODS = Map.ofEntries(
            method("find", PART_AND_BOUNDS, (self, arguments, rendering) -> position(find(self, arguments))),
            method("rfind", PART_AND_BOUNDS, (self, arguments, rendering) -> position(findLast(self, arguments))),
            method("index", PART_AND_BOUNDS, (self, arguments, rendering) -> found(find(self, arguments))),
            method("rindex", PART_AND_BOUNDS, (self, arguments, rendering) -> found(findLast(self, arguments))),
            method("count", PART_AND_BOUNDS, StringSearch::count),
            method(
                    "startswith",
                    PART_AND_BOUNDS,
                    (self, arguments, rendering) -> any(self, arguments, String::startsWith)),
            method("endswith", PART_AND_BOUNDS, (self, arguments, rendering) -> any(self, arguments, String::endsWith)),
            method("replace", Signature.positional("old", "new", "count?"), StringSearch::replace),
            method("removeprefix", Signature.positional("prefix"), StringSearch::removePrefix),
            method("removesuffix", Signature.positional("suffix"), StringSearch::removeSuffix));

    private StringSearch() {}

    private static Map.Entry<String, Map.Entry<Signature, Body>> method(String name, Signature signature, Body body) {
        return Map.entry(name, Map.entry(signature, body));
    }

    /**
     * The part of a string that a search looks at.
     *
     * @param start its position in the string, in code points
     * @param text its text
     */
    private record Window(int start, StringValue text) {}

    /** The window that the second and third argument cut out, or null when it starts behind the end. */
    private static @Nullable Window window(StringValue self, Bound arguments) {
        int length = self.length();
        int start = bound(arguments.get(1), 0, length);
        int end = Math.min(bound(arguments.get(2), length, length), length);
        if (start > end) {
            return null;
        }
        boolean whole = start == 0 && end == length;
        return new Window(start, whole ? self : StringValue.of(self.substring(start, end)));
    }

    private static int bound(Value bound, int absent, int length) {
        if (!(bound instanceof NumberValue)) {
            return absent;
        }
        long position = Numbers.requireIndex(bound);
        return Math.clamp(position < 0 ? position + length : position, 0, Integer.MAX_VALUE);
    }

    private static int find(StringValue self, Bound arguments) {
        String part = arguments.text(0);
        Window window = window(self, arguments);
        int offset = window == null ? -1 : window.text().text().indexOf(part);
        return offset < 0 || window == null
                ? -1
                : window.start() + window.text().position(offset);
    }

    private static int findLast(StringValue self, Bound arguments) {
        String part = arguments.text(0);
        Window window = window(self, arguments);
        int offset = window == null ? -1 : window.text().text().lastIndexOf(part);
        return offset < 0 || window == null
                ? -1
                : window.start() + window.text().position(offset);
    }

    private static Value position(int position) {
        return IntegerValue.of(position);
    }

    private static Value found(int position) {
        if (position < 0) {
            throw new TemplateEvaluationException("substring not found");
        }
        return IntegerValue.of(position);
    }

    private static Value count(StringValue self, Bound arguments, Rendering rendering) {
        String part = arguments.text(0);
        Window window = window(self, arguments);
        if (window == null) {
            return IntegerValue.of(0);
        }
        if (part.isEmpty()) {
            return IntegerValue.of(window.text().length() + 1L);
        }
        String text = window.text().text();
        int count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
            count++;
        }
        return IntegerValue.of(count);
    }

    /** The first argument may be a tuple, of which any may match. */
    private static Value any(StringValue self, Bound arguments, BiPredicate<String, String> matches) {
        Window window = window(self, arguments);
        if (arguments.get(0) instanceof TupleValue parts) {
            return BooleanValue.of(window != null
                    && parts.elements().stream()
                            .anyMatch(part -> matches.test(window.text().text(), requireText(part))));
        }
        String part = arguments.text(0);
        return BooleanValue.of(window != null && matches.test(window.text().text(), part));
    }

    private static String requireText(Value part) {
        if (part instanceof StringValue string) {
            return string.text();
        }
        throw new TemplateEvaluationException("a tuple of strings is wanted here, not of '" + part.typeName() + "'");
    }

    private static Value replace(StringValue self, Bound arguments, Rendering rendering) {
        StringValue replacement = StringValue.of(arguments.text(1));
        boolean escapes = self.isMarkup() && !(arguments.get(1) instanceof StringValue string && string.isMarkup());
        String inserted = escapes ? HtmlText.escape(replacement.text(), rendering.budget()) : replacement.text();
        return self.with(replace(self.text(), arguments.text(0), inserted, arguments.integer(2, -1), rendering));
    }

    /** {@code text} with the first {@code count} occurrences replaced, or all when that is negative. */
    static String replace(String text, String old, String replacement, int count, Rendering rendering) {
        TextBuilder replaced = rendering.text();
        int most = count < 0 ? Integer.MAX_VALUE : count;
        int position = 0;
        for (int done = 0; done < most; done++) {
            int at = old.isEmpty() ? position : text.indexOf(old, position);
            if (at < 0) {
                break;
            }
            rendering.budget().step();
            replaced.append(text.substring(position, at)).append(replacement);
            position = at + old.length();
            if (old.isEmpty()) {
                if (position == text.length()) {
                    return replaced.toString();
                }
                int codePoint = text.codePointAt(position);
                replaced.appendCodePoint(codePoint);
                position += Character.charCount(codePoint);
            }
        }
        return replaced.append(text.substring(position)).toString();
    }

    private static Value removePrefix(StringValue self, Bound arguments, Rendering rendering) {
        String prefix = arguments.text(0);
        return self.text().startsWith(prefix) ? self.with(self.text().substring(prefix.length())) : self;
    }

    private static Value removeSuffix(StringValue self, Bound arguments, Rendering rendering) {
        String suffix = arguments.text(0);
        int end = self.text().length() - suffix.length();
        return self.text().endsWith(suffix) ? self.with(self.text().substring(0, end)) : self;
    }
}
