package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.evaluation.StringMethods.Body;
import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.printing.TextLines;
import dev.molink.gateway.template.value.ListValue;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.TupleValue;
import dev.molink.gateway.template.value.Value;
import dev.molink.gateway.template.value.Whitespace;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** The methods of strings that cut them. */
final class StringSplitting {
    private static final Signature CHARACTERS = Signature.positional("characters?");
    private static final Signature SEPARATOR = Signature.of("sep?", "maxsplit?");

    static final Map<String, Map.Entry<Signature, Body>> METHODS = Map.ofEntries(
            method("strip", CHARACTERS, (self, arguments, rendering) -> strip(self, arguments, true, true)),
            method("lstrip", CHARACTERS, (self, arguments, rendering) -> strip(self, arguments, true, false)),
            method("rstrip", CHARACTERS, (self, arguments, rendering) -> strip(self, arguments, false, true)),
            method("split", SEPARATOR, StringSplitting::split),
            method("rsplit", SEPARATOR, StringSplitting::splitFromEnd),
            method("splitlines", Signature.of("keepends?"), StringSplitting::lines),
            method("partition", Signature.positional("sep"), StringSplitting::partition),
            method("rpartition", Signature.positional("sep"), StringSplitting::partitionFromEnd));

    private StringSplitting() {}

    private static Map.Entry<String, Map.Entry<Signature, Body>> method(String name, Signature signature, Body body) {
        return Map.entry(name, Map.entry(signature, body));
    }

    /** Strips white space, or the characters that the first argument names. */
    static StringValue strip(StringValue self, Bound arguments, boolean start, boolean end) {
        String characters = arguments.isNone(0) ? "" : arguments.text(0);
        IntPredicate stripped = arguments.isNone(0) ? Whitespace::isSpace : unit -> characters.indexOf(unit) >= 0;
        String text = self.text();
        int from = 0;
        int to = text.length();
        while (start && from < to && stripped.test(text.codePointAt(from))) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (end && to > from && stripped.test(text.codePointBefore(to))) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return from == 0 && to == text.length() ? self : self.with(text.substring(from, to));
    }

    private static Value split(StringValue self, Bound arguments, Rendering rendering) {
        int most = most(arguments);
        String text = self.text();
        var parts = new ArrayList<String>();
        if (arguments.isNone(0)) {
            splitAtSpace(text, most, parts);
        } else {
            String separator = requireSeparator(arguments);
            int start = 0;
            for (int at = text.indexOf(separator);
                    at >= 0 && parts.size() < most;
                    at = text.indexOf(separator, start)) {
                parts.add(text.substring(start, at));
                start = at + separator.length();
            }
            parts.add(text.substring(start));
        }
        return list(self, parts, rendering);
    }

    private static void splitAtSpace(String text, int most, List<String> parts) {
        int start = Whitespace.skip(text, 0);
        while (start < text.length() && parts.size() < most) {
            int end = start;
            while (end < text.length() && !Whitespace.isSpace(text.charAt(end))) {
                end++;
            }
            parts.add(text.substring(start, end));
            start = Whitespace.skip(text, end);
        }
        if (start < text.length()) {
            parts.add(text.substring(start));
        }
    }

    private static Value splitFromEnd(StringValue self, Bound arguments, Rendering rendering) {
        int most = most(arguments);
        String text = self.text();
        var parts = new ArrayDeque<String>();
        if (arguments.isNone(0)) {
            splitAtSpaceFromEnd(text, most, parts);
        } else {
            String separator = requireSeparator(arguments);
            int end = text.length();
            int at = text.lastIndexOf(separator);
            while (at >= 0 && parts.size() < most) {
                parts.addFirst(text.substring(at + separator.length(), end));
                end = at;
                at = end < separator.length() ? -1 : text.lastIndexOf(separator, end - separator.length());
            }
            parts.addFirst(text.substring(0, end));
        }
        return list(self, parts, rendering);
    }

    private static void splitAtSpaceFromEnd(String text, int most, ArrayDeque<String> parts) {
        int end = Whitespace.skipBack(text, text.length());
        while (end > 0 && parts.size() < most) {
            int start = end;
            while (start > 0 && !Whitespace.isSpace(text.charAt(start - 1))) {
                start--;
            }
            parts.addFirst(text.substring(start, end));
            end = Whitespace.skipBack(text, start);
        }
        if (end > 0) {
            parts.addFirst(text.substring(0, end));
        }
    }

    private static int most(Bound arguments) {
        int most = arguments.integer(1, -1);
        return most < 0 ? Integer.MAX_VALUE : most;
    }

    private static String requireSeparator(Bound arguments) {
        String separator = arguments.text(0);
        if (separator.isEmpty()) {
            throw new TemplateEvaluationException("empty separator");
        }
        return separator;
    }

    private static Value list(StringValue self, Collection<String> parts, Rendering rendering) {
        rendering.budget().allocate(self.text().length());
        rendering.budget().allocateElements(parts.size());
        return new ListValue(parts.stream().<Value>map(self::with).toList());
    }

    private static Value lines(StringValue self, Bound arguments, Rendering rendering) {
        return list(self, TextLines.split(self.text(), arguments.flag(0, false)), rendering);
    }

    private static Value partition(StringValue self, Bound arguments, Rendering rendering) {
        String separator = requireSeparator(arguments);
        int at = self.text().indexOf(separator);
        return at < 0 ? TupleValue.of(self, self.with(""), self.with("")) : around(self, at, separator);
    }

    private static Value partitionFromEnd(StringValue self, Bound arguments, Rendering rendering) {
        String separator = requireSeparator(arguments);
        int at = self.text().lastIndexOf(separator);
        return at < 0 ? TupleValue.of(self.with(""), self.with(""), self) : around(self, at, separator);
    }

    private static Value around(StringValue self, int at, String separator) {
        String text = self.text();
        return TupleValue.of(
                self.with(text.substring(0, at)),
                self.with(separator),
                self.with(text.substring(at + separator.length())));
    }
}
