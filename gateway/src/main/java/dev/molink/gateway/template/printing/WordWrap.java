package dev.molink.gateway.template.printing;

import dev.molink.gateway.template.failure.Budget;
import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.value.StringValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's {@code textwrap.wrap} for one paragraph. */
public final class WordWrap {
    private static final String BLANK = "[\\t\\n\\u000b\\f\\r ]";
    private static final String NOT_BLANK = "[^\\t\\n\\u000b\\f\\r ]";
    private static final String WORD_CHARACTER = "[\\p{L}\\p{N}_]";
    private static final String WORD_END = "[\\p{L}\\p{N}_!\"'&.,?]";
    private static final String LETTER = "[\\p{L}\\p{Nl}\\p{No}_]";

    /** Blanks, dashes between words, or a word up to where it may be broken. */
    private static final Pattern CHUNK = Pattern.compile(BLANK + "+|(?<=" + WORD_END + ")-{2,}(?=" + WORD_CHARACTER
            + ")|" + NOT_BLANK + "+?(?:-(?:(?<=" + LETTER + "{2}-)|(?<="
            + LETTER + "-" + WORD_END + "-))(?=" + LETTER + "-?" + LETTER + ")|(?=" + BLANK + "|\\z)|(?<="
            + WORD_END + ")(?=-{2,}" + WORD_CHARACTER + "))");

    private static final Pattern SIMPLE_CHUNK = Pattern.compile(BLANK + "+|" + NOT_BLANK + "+");

    private final int width;
    private final boolean breaksWords;
    private final boolean breaksAtHyphens;
    private final Budget budget;
    private final List<String> lines = new ArrayList<>();

    /** Wraps to {@code width} code points; words that are longer may be broken. */
    public WordWrap(int width, boolean breaksWords, boolean breaksAtHyphens, Budget budget) {
        if (width <= 0) {
            throw new TemplateEvaluationException("invalid width " + width + " (must be > 0)");
        }
        this.width = width;
        this.breaksWords = breaksWords;
        this.breaksAtHyphens = breaksAtHyphens;
        this.budget = budget;
    }

    /** The lines of {@code paragraph}. */
    public List<String> wrap(String paragraph) {
        lines.clear();
        Deque<StringValue> chunks = chunks(paragraph);
        while (!chunks.isEmpty()) {
            if (!lines.isEmpty() && isBlank(chunks.getFirst())) {
                chunks.removeFirst();
            }
            List<StringValue> line = line(chunks);
            if (!line.isEmpty() && isBlank(line.getLast())) {
                line.removeLast();
            }
            if (!line.isEmpty()) {
                var text = new StringBuilder();
                line.forEach(chunk -> text.append(chunk.text()));
                lines.add(text.toString());
            }
        }
        return List.copyOf(lines);
    }

    private Deque<StringValue> chunks(String paragraph) {
        var chunks = new ArrayDeque<StringValue>();
        Matcher chunk = (breaksAtHyphens ? CHUNK : SIMPLE_CHUNK).matcher(paragraph);
        while (chunk.find()) {
            budget.step();
            chunks.add(StringValue.of(chunk.group()));
        }
        return chunks;
    }

    private static boolean isBlank(StringValue chunk) {
        return chunk.text().isBlank();
    }

    private List<StringValue> line(Deque<StringValue> chunks) {
        var line = new ArrayList<StringValue>();
        int used = 0;
        while (!chunks.isEmpty() && used + chunks.getFirst().length() <= width) {
            budget.step();
            used += chunks.getFirst().length();
            line.add(chunks.removeFirst());
        }
        if (!chunks.isEmpty() && chunks.getFirst().length() > width) {
            placeLongWord(chunks, line, width - used);
        }
        return line;
    }

    private void placeLongWord(Deque<StringValue> chunks, List<StringValue> line, int space) {
        if (!breaksWords) {
            if (line.isEmpty()) {
                line.add(chunks.removeFirst());
            }
            return;
        }
        StringValue word = chunks.removeFirst();
        budget.allocate(word.text().length());
        int end = breakPosition(word, space);
        line.add(StringValue.of(word.substring(0, end)));
        chunks.addFirst(StringValue.of(word.substring(end, word.length())));
    }

    private int breakPosition(StringValue word, int space) {
        String head = word.substring(0, space);
        int hyphen = breaksAtHyphens ? head.lastIndexOf('-') : -1;
        boolean afterHyphen = hyphen > 0 && !head.substring(0, hyphen).chars().allMatch(unit -> unit == '-');
        return afterHyphen ? word.position(hyphen) + 1 : space;
    }
}
