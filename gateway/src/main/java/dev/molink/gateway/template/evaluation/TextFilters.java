package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.printing.HtmlText;
import dev.molink.gateway.template.printing.JsonText;
import dev.molink.gateway.template.printing.PrettyText;
import dev.molink.gateway.template.value.BooleanValue;
import dev.molink.gateway.template.value.DictValue;
import dev.molink.gateway.template.value.Elements;
import dev.molink.gateway.template.value.IntegerValue;
import dev.molink.gateway.template.value.NoneValue;
import dev.molink.gateway.template.value.NumberValue;
import dev.molink.gateway.template.value.Numbers;
import dev.molink.gateway.template.value.SequenceValue;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.TextBuilder;
import dev.molink.gateway.template.value.TupleValue;
import dev.molink.gateway.template.value.UndefinedValue;
import dev.molink.gateway.template.value.Value;
import dev.molink.gateway.template.value.Whitespace;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Filters that make strings of values and change strings. */
final class TextFilters {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_]+");

    /** Words begin after these, which is fewer than {@code str.title} knows. */
    private static final String BEFORE_WORDS = "-({[<";

    static final List<Filter> FILTERS = List.of(
            changing("upper", TextCase::upper),
            changing("lower", TextCase::lower),
            changing("capitalize", TextCase::capitalize),
            new Filter("title", Signature.of(), TextFilters::title),
            new Filter("trim", Signature.of("chars?"), TextFilters::trim),
            new Filter("replace", Signature.of("old", "new", "count?"), TextFilters::replace),
            new Filter("string", Signature.of(), (input, arguments, rendering) -> rendering.string(input)),
            new Filter("format", Signature.ANY, TextFilters::format),
            new Filter("join", Signature.of("d?", "attribute?"), TextFilters::join),
            new Filter("wordcount", Signature.of(), TextFilters::countWords),
            new Filter("default", Signature.of("default_value?", "boolean?"), TextFilters::defaultValue),
            new Filter("pprint", Signature.of(), TextFilters::prettyPrint),
            new Filter(
                    "tojson",
                    Signature.of("ensure_ascii?", "indent?", "separators?", "sort_keys?"),
                    TextFilters::toJson));

    private TextFilters() {}

    private static Filter changing(String name, UnaryOperator<String> change) {
        return new Filter(name, Signature.of(), (input, arguments, rendering) -> {
            StringValue string = rendering.string(input);
            rendering.budget().allocate(string.text().length());
            return string.with(change.apply(string.text()));
        });
    }

    private static Value title(Value input, Bound arguments, Rendering rendering) {
        String text = rendering.string(input).text();
        TextBuilder title = rendering.text();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            boolean separates = BEFORE_WORDS.indexOf(text.charAt(i)) >= 0 || Whitespace.isSpace(text.charAt(i));
            if (separates) {
                word(text.substring(start, i), title);
                title.append(text.charAt(i));
                start = i + 1;
            }
        }
        word(text.substring(start), title);
        return StringValue.of(title.toString());
    }

    private static void word(String word, TextBuilder title) {
        if (!word.isEmpty()) {
            int first = Character.charCount(word.codePointAt(0));
            title.append(TextCase.upper(word.substring(0, first))).append(TextCase.lower(word.substring(first)));
        }
    }

    private static Value trim(Value input, Bound arguments, Rendering rendering) {
        return StringSplitting.strip(rendering.string(input), arguments, true, true);
    }

    private static Value replace(Value input, Bound arguments, Rendering rendering) {
        StringValue string = rendering.string(input);
        StringValue old = rendering.string(arguments.get(0));
        StringValue replacement = rendering.string(arguments.get(1));
        int count = arguments.isNone(2) ? -1 : Numbers.requireIndex(arguments.get(2));
        if (!rendering.autoescape()) {
            return StringValue.of(
                    StringSearch.replace(string.text(), old.text(), replacement.text(), count, rendering));
        }
        boolean escapes = old.isMarkup() || (replacement.isMarkup() && !string.isMarkup());
        StringValue source = escapes ? HtmlText.escape(string, rendering.budget()) : string;
        String inserted = source.isMarkup()
                ? HtmlText.escape(replacement, rendering.budget()).text()
                : replacement.text();
        return source.with(StringSearch.replace(source.text(), old.text(), inserted, count, rendering));
    }

    private static Value format(Value input, Bound arguments, Rendering rendering) {
        Arguments all = arguments.all();
        if (all.keywords().isEmpty()) {
            return Operators.format(rendering.string(input), new TupleValue(all.positional()), rendering);
        }
        if (!all.positional().isEmpty()) {
            throw new TemplateEvaluationException("can't handle positional and keyword arguments at the same time");
        }
        var values = new DictValue.Builder();
        all.keywords().forEach(values::put);
        return Operators.format(rendering.string(input), values.build(), rendering);
    }

    private static Value join(Value input, Bound arguments, Rendering rendering) {
        StringValue separator = rendering.string(arguments.get(0, StringValue.EMPTY));
        AttributePath path = AttributePath.of(arguments.get(1), NoneValue.NONE);
        var elements = new ArrayList<StringValue>();
        for (Value element : Elements.of(input, rendering.budget())) {
            elements.add(rendering.string(path.resolve(element, rendering)));
        }
        boolean escapes = rendering.autoescape()
                && (separator.isMarkup() || elements.stream().anyMatch(StringValue::isMarkup));
        TextBuilder joined = rendering.text();
        String between =
                escapes ? HtmlText.escape(separator, rendering.budget()).text() : separator.text();
        for (int i = 0; i < elements.size(); i++) {
            StringValue element = elements.get(i);
            joined.append(i > 0 ? between : "")
                    .append(
                            escapes
                                    ? HtmlText.escape(element, rendering.budget())
                                            .text()
                                    : element.text());
        }
        return escapes ? StringValue.markup(joined.toString()) : StringValue.of(joined.toString());
    }

    private static Value countWords(Value input, Bound arguments, Rendering rendering) {
        Matcher words = WORD.matcher(rendering.string(input).text());
        return IntegerValue.of(words.results().count());
    }

    private static Value defaultValue(Value input, Bound arguments, Rendering rendering) {
        boolean replaces = input instanceof UndefinedValue || (arguments.flag(1, false) && !input.isTrue());
        return replaces ? arguments.get(0, StringValue.EMPTY) : input;
    }

    private static Value prettyPrint(Value input, Bound arguments, Rendering rendering) {
        TextBuilder text = rendering.text();
        PrettyText.write(input, text);
        return StringValue.of(text.toString());
    }

    /** As the chat templates' environment defines it: Python's {@code json.dumps} without escaping for HTML. */
    private static Value toJson(Value input, Bound arguments, Rendering rendering) {
        String indent = indent(arguments.get(1), rendering);
        String itemSeparator = indent == null ? ", " : ",";
        String keySeparator = ": ";
        if (!arguments.isNone(2)) {
            if (!(arguments.get(2) instanceof SequenceValue separators) || separators.length() != 2) {
                throw new TemplateEvaluationException("separators are two strings");
            }
            itemSeparator = Filters.requireString(separators.elements().get(0), "tojson")
                    .text();
            keySeparator = Filters.requireString(separators.elements().get(1), "tojson")
                    .text();
        }
        TextBuilder json = rendering.text();
        var layout = new JsonText.Layout(
                arguments.flag(0, false), indent, itemSeparator, keySeparator, arguments.flag(3, false));
        JsonText.write(input, layout, json);
        return StringValue.of(json.toString());
    }

    private static @Nullable String indent(Value indent, Rendering rendering) {
        return switch (indent) {
            case StringValue string -> string.text();
            case BooleanValue truth -> truth.isTrue() ? " " : "";
            case NumberValue number -> {
                TextBuilder blanks = rendering.text();
                blanks.repeat(" ", Numbers.requireIndex(number));
                yield blanks.toString();
            }
            case UndefinedValue undefined -> throw undefined.failure();
            case NoneValue ignored -> null;
            default ->
                throw new TemplateEvaluationException(
                        "an indent is a number or a string, not '" + indent.typeName() + "'");
        };
    }
}
