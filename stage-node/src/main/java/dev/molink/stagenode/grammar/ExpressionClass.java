package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.CodePoints.Range;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code [...]}. */
final class ExpressionClass {

    private final ExpressionText text;
    private final int start;
    private final List<Range> ranges = new ArrayList<>();

    ExpressionClass(ExpressionText text) {
        this.text = text;
        this.start = text.position();
    }

    CodePoints read() {
        text.expect('[', "no class");
        boolean negated = text.accept('^');
        if (text.accept(']')) {
            throw text.unsupportedAt("a class that is empty or begins with ]", start);
        }
        while (!text.accept(']')) {
            if (text.atEnd()) {
                throw text.invalidAt("a class without its ]", start);
            }
            addItem();
        }
        CodePoints items = CodePointSets.union(ranges);
        return negated ? CodePointSets.complement(items) : items;
    }

    private void addItem() {
        int position = text.position();
        CodePoints from = item();
        if (!text.accept('-')) {
            ranges.addAll(from.ranges());
            return;
        }
        if (!text.atEnd() && text.peek() == ']') {
            ranges.addAll(from.ranges());
            ranges.add(new Range('-', '-'));
            return;
        }
        int first = single(from, position);
        int last = single(item(), position);
        if (last < first) {
            throw text.invalidAt("a range whose end is before its start", position);
        }
        ranges.add(new Range(first, last));
    }

    private int single(CodePoints codePoints, int position) {
        boolean one = codePoints.ranges().size() == 1
                && codePoints.ranges().getFirst().first()
                        == codePoints.ranges().getFirst().last();
        if (!one) {
            throw text.unsupportedAt("a range that ends in a class", position);
        }
        return codePoints.ranges().getFirst().first();
    }

    private CodePoints item() {
        int next = text.peek();
        if (next == '\\') {
            return new ExpressionEscape(text).read();
        }
        if (next == '[') {
            throw text.unsupported("a class within a class, or a [ not written \\[");
        }
        if (text.accept("&&") || text.accept("--") || text.accept("~~")) {
            throw text.unsupported("an operation between classes");
        }
        text.skip();
        if (Character.getType(next) == Character.SURROGATE) {
            throw text.invalid("half a character");
        }
        return CodePointSets.of(next);
    }
}
