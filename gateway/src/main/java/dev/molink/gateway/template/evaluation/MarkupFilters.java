package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.printing.HtmlLinks;
import dev.molink.gateway.template.printing.HtmlText;
import dev.molink.gateway.template.value.DictValue;
import dev.molink.gateway.template.value.DictView;
import dev.molink.gateway.template.value.Elements;
import dev.molink.gateway.template.value.NoneValue;
import dev.molink.gateway.template.value.SequenceValue;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.TextBuilder;
import dev.molink.gateway.template.value.UndefinedValue;
import dev.molink.gateway.template.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Filters for HTML and addresses. */
final class MarkupFilters {
    private static final Pattern ENDS_ATTRIBUTE_NAME = Pattern.compile("[\\s/>=]");
    private static final String UNRESERVED = "_.-~";

    static final List<Filter> FILTERS = List.of(
            new Filter(
                    "escape",
                    Signature.of(),
                    (input, arguments, rendering) -> HtmlText.escape(input, rendering.budget())),
            new Filter("forceescape", Signature.of(), MarkupFilters::forceEscape),
            new Filter(
                    "safe",
                    Signature.of(),
                    (input, arguments, rendering) ->
                            StringValue.markup(rendering.string(input).text())),
            new Filter("striptags", Signature.of(), MarkupFilters::stripTags),
            new Filter("urlencode", Signature.of(), MarkupFilters::urlEncode),
            new Filter("xmlattr", Signature.of("autospace?"), MarkupFilters::xmlAttributes),
            new Filter(
                    "urlize",
                    Signature.of("trim_url_limit?", "nofollow?", "target?", "rel?", "extra_schemes?"),
                    MarkupFilters::urlize));

    private MarkupFilters() {}

    private static Value forceEscape(Value input, Bound arguments, Rendering rendering) {
        return StringValue.markup(HtmlText.escape(rendering.string(input).text(), rendering.budget()));
    }

    private static Value stripTags(Value input, Bound arguments, Rendering rendering) {
        return StringValue.of(HtmlText.stripTags(rendering.string(input).text(), rendering.budget()));
    }

    private static Value urlEncode(Value input, Bound arguments, Rendering rendering) {
        if (input instanceof StringValue || !input.isIterable()) {
            return StringValue.of(quote(rendering.string(input).text(), "/", rendering));
        }
        Value pairs = input instanceof DictValue dict ? new DictView(dict, DictView.Part.ITEMS) : input;
        var parts = new ArrayList<String>();
        for (Value pair : Elements.of(pairs, rendering.budget())) {
            if (!(pair instanceof SequenceValue sequence) || sequence.length() != 2) {
                throw new TemplateEvaluationException("urlencode takes a string, a dict or pairs");
            }
            parts.add(quoteForm(sequence.elements().get(0), rendering) + "="
                    + quoteForm(sequence.elements().get(1), rendering));
        }
        rendering
                .budget()
                .allocate(parts.stream().mapToLong(part -> part.length() + 1L).sum());
        return StringValue.of(String.join("&", parts));
    }

    private static String quoteForm(Value value, Rendering rendering) {
        return quote(rendering.string(value).text(), "", rendering).replace("%20", "+");
    }

    private static String quote(String text, String alsoPlain, Rendering rendering) {
        TextBuilder quoted = rendering.text();
        for (byte signed : text.getBytes(StandardCharsets.UTF_8)) {
            int unit = signed & 0xff;
            boolean plain = unit < 0x80
                    && (Character.isLetterOrDigit(unit)
                            || UNRESERVED.indexOf(unit) >= 0
                            || alsoPlain.indexOf(unit) >= 0);
            if (plain) {
                quoted.append((char) unit);
            } else {
                quoted.append("%%%02X".formatted(unit));
            }
        }
        return quoted.toString();
    }

    private static Value xmlAttributes(Value input, Bound arguments, Rendering rendering) {
        if (!(input instanceof DictValue dict)) {
            throw new TemplateEvaluationException("xmlattr takes a dict, not '" + input.typeName() + "'");
        }
        TextBuilder attributes = rendering.text();
        String separator = arguments.flag(0, true) ? " " : "";
        for (DictValue.Entry entry : dict.entries()) {
            if (entry.value() == NoneValue.NONE || entry.value() instanceof UndefinedValue) {
                continue;
            }
            String name = Filters.requireString(entry.key(), "xmlattr").text();
            if (ENDS_ATTRIBUTE_NAME.matcher(name).find()) {
                throw new TemplateEvaluationException("Invalid character in attribute name: " + name);
            }
            attributes
                    .append(separator)
                    .append(HtmlText.escape(entry.key(), rendering.budget()).text())
                    .append("=\"")
                    .append(HtmlText.escape(entry.value(), rendering.budget()).text())
                    .append("\"");
            separator = " ";
        }
        return rendering.captured(attributes);
    }

    private static Value urlize(Value input, Bound arguments, Rendering rendering) {
        if (!arguments.isNone(4)) {
            throw new TemplateEvaluationException("urlize does not support extra_schemes");
        }
        int limit = arguments.isNone(0) ? Integer.MAX_VALUE : arguments.integer(0, 0);
        String rel = arguments.isNone(3) ? "" : arguments.text(3);
        String target = arguments.isNone(2) ? "" : arguments.text(2);
        var links = new HtmlLinks(limit, rel + " noopener" + (arguments.flag(1, false) ? " nofollow" : ""), target);
        String escaped = HtmlText.escape(input, rendering.budget()).text();
        TextBuilder linked = rendering.text();
        links.link(escaped, linked);
        return rendering.captured(linked);
    }
}
