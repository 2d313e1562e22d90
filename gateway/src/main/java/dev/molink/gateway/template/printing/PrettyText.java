package dev.molink.gateway.template.printing;

import dev.molink.gateway.template.failure.Budget;
import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.value.DictValue;
import dev.molink.gateway.template.value.ListValue;
import dev.molink.gateway.template.value.Ordering;
import dev.molink.gateway.template.value.QuotedText;
import dev.molink.gateway.template.value.SequenceValue;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.TextBuilder;
import dev.molink.gateway.template.value.TupleValue;
import dev.molink.gateway.template.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Python's {@code pprint.pformat}: {@code repr} with sorted keys, broken into lines of 80 characters. */
public final class PrettyText {
    private static final int WIDTH = 80;
    private static final Pattern WORD = Pattern.compile("\\S+\\s*|\\s+", Pattern.UNICODE_CHARACTER_CLASS);

    private final TextBuilder out;
    private final Budget budget;

    private PrettyText(TextBuilder out) {
        this.out = out;
        this.budget = out.budget();
    }

    /** Appends {@code value}. */
    public static void write(Value value, TextBuilder out) {
        new PrettyText(out).write(value, 0, 0, 1);
    }

    /** Writes from column {@code indent} on, leaving {@code allowance} columns for what follows on the line. */
    private void write(Value value, int indent, int allowance, int level) {
        budget.enter();
        String line = sorted(value).toPrinted(budget);
        if (length(line) <= WIDTH - indent - allowance) {
            out.append(line);
        } else {
            switch (value) {
                case DictValue dict -> writePairs(dict, indent, allowance, level);
                case ListValue list -> writeElements("[", list, "]", indent, allowance, level);
                case TupleValue tuple ->
                    writeElements("(", tuple, tuple.length() == 1 ? ",)" : ")", indent, allowance, level);
                case StringValue string when !string.isMarkup() -> writeLines(string.text(), indent, allowance, level);
                default -> out.append(line);
            }
        }
        budget.leave();
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** The value with the keys of all dicts in it sorted. */
    private Value sorted(Value value) {
        budget.enter();
        Value sorted = switch (value) {
            case DictValue dict -> sorted(dict);
            case ListValue list ->
                new ListValue(list.elements().stream().map(this::sorted).toList());
            case TupleValue tuple ->
                new TupleValue(tuple.elements().stream().map(this::sorted).toList());
            default -> value;
        };
        budget.leave();
        return sorted;
    }

    private DictValue sorted(DictValue dict) {
        var builder = new DictValue.Builder();
        for (DictValue.Entry entry : sortedEntries(dict)) {
            budget.step();
            builder.put(entry.key(), sorted(entry.value()), budget);
        }
        return builder.build();
    }

    private List<DictValue.Entry> sortedEntries(DictValue dict) {
        var entries = new ArrayList<>(dict.entries());
        entries.sort((left, right) -> compareKeys(left.key(), right.key()));
        return entries;
    }

    private int compareKeys(Value left, Value right) {
        try {
            return Ordering.compare(left, right, budget);
        } catch (TemplateEvaluationException unordered) {
            // Python falls back to the names of the types as well.
            return left.typeName().compareTo(right.typeName());
        }
    }

    private void writePairs(DictValue dict, int indent, int allowance, int level) {
        List<DictValue.Entry> entries = sortedEntries(dict);
        out.append('{');
        for (int i = 0; i < entries.size(); i++) {
            boolean last = i == entries.size() - 1;
            String key = sorted(entries.get(i).key()).toPrinted(budget);
            newLine(i > 0, indent + 1);
            out.append(key).append(": ");
            write(entries.get(i).value(), indent + length(key) + 3, last ? allowance + 1 : 1, level + 1);
        }
        out.append('}');
    }

    private void writeElements(
            String open, SequenceValue sequence, String close, int indent, int allowance, int level) {
        out.append(open);
        for (int i = 0; i < sequence.length(); i++) {
            boolean last = i == sequence.length() - 1;
            newLine(i > 0, indent + 1);
            write(sequence.elements().get(i), indent + 1, last ? allowance + close.length() : 1, level + 1);
        }
        out.append(close);
    }

    private void newLine(boolean needed, int indent) {
        if (needed) {
            out.append(",\n").repeat(" ", indent);
        }
    }

    /** Breaks a string into several literals, after line ends and between words. */
    private void writeLines(String text, int outerIndent, int outerAllowance, int level) {
        boolean outermost = level == 1;
        int indent = outermost ? outerIndent + 1 : outerIndent;
        int allowance = outermost ? outerAllowance + 1 : outerAllowance;
        List<String> literals = literals(text, WIDTH - indent, allowance);
        boolean bracketed = outermost && literals.size() > 1;
        out.append(bracketed ? "(" : "");
        for (int i = 0; i < literals.size(); i++) {
            if (i > 0) {
                out.append('\n').repeat(" ", indent);
            }
            out.append(literals.get(i));
        }
        out.append(bracketed ? ")" : "");
    }

    private List<String> literals(String text, int width, int allowance) {
        var literals = new ArrayList<String>();
        List<String> lines = TextLines.split(text, true);
        for (int i = 0; i < lines.size(); i++) {
            int lastAllowance = i == lines.size() - 1 ? allowance : 0;
            String literal = quoted(lines.get(i));
            if (length(literal) <= width - lastAllowance) {
                literals.add(literal);
            } else {
                addWords(lines.get(i), width, lastAllowance, literals);
            }
        }
        return literals;
    }

    private void addWords(String line, int width, int lastAllowance, List<String> literals) {
        List<String> words =
                WORD.matcher(line).results().map(word -> word.group()).toList();
        String current = "";
        for (int i = 0; i < words.size(); i++) {
            String candidate = current + words.get(i);
            int available = i == words.size() - 1 ? width - lastAllowance : width;
            if (length(quoted(candidate)) > available) {
                if (!current.isEmpty()) {
                    literals.add(quoted(current));
                }
                current = words.get(i);
            } else {
                current = candidate;
            }
        }
        if (!current.isEmpty()) {
            literals.add(quoted(current));
        }
    }

    private String quoted(String text) {
        var quoted = new TextBuilder(budget);
        QuotedText.print(text, quoted);
        return quoted.toString();
    }
}
