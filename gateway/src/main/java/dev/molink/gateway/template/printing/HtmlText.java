package dev.molink.gateway.template.printing;

import dev.molink.gateway.template.failure.Budget;
import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.TextBuilder;
import dev.molink.gateway.template.value.Value;
import dev.molink.gateway.template.value.Whitespace;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Escaping for HTML and back. */
public final class HtmlText {
    private static final Pattern ENTITY = Pattern.compile("&(#\\d{1,9};?|#[xX][0-9a-fA-F]{1,8};?|[A-Za-z]\\w+;?)");
    private static final Map<String, String> NAMED =
            Map.of("amp", "&", "lt", "<", "gt", ">", "quot", "\"", "apos", "'", "nbsp", "\u00a0");

    private HtmlText() {}

    /** {@code text} with its special characters as entities. */
    public static String escape(String text, Budget budget) {
        var out = new TextBuilder(budget);
        text.codePoints().forEach(codePoint -> {
            switch (codePoint) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&#34;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(codePoint);
            }
        });
        return out.toString();
    }

    /** {@code str} of the value as escaped text; text that is escaped already stays. */
    public static StringValue escape(Value value, Budget budget) {
        if (value instanceof StringValue string && string.isMarkup()) {
            return string;
        }
        return StringValue.markup(escape(value.toText(budget), budget));
    }

    /** {@code text} without tags and comments, white space as single blanks, entities as characters. */
    public static String stripTags(String text, Budget budget) {
        budget.allocate(2L * text.length());
        return unescape(String.join(" ", withoutTags(text).trim().split("\\s+")));
    }

    private static String withoutTags(String text) {
        var kept = new StringBuilder();
        int position = 0;
        for (int start = text.indexOf('<'); start >= 0; start = text.indexOf('<', position)) {
            String end = text.startsWith("<!--", start) ? "-->" : ">";
            int close = text.indexOf(end, end.length() > 1 ? start + 4 : start);
            if (close < 0) {
                break;
            }
            kept.append(text, position, start);
            position = close + end.length();
        }
        kept.append(text, position, text.length());
        for (int i = 0; i < kept.length(); i++) {
            if (Whitespace.isSpace(kept.charAt(i))) {
                kept.setCharAt(i, ' ');
            }
        }
        return kept.toString();
    }

    private static String unescape(String text) {
        return ENTITY.matcher(text).replaceAll(match -> Matcher.quoteReplacement(character(match.group(1))));
    }

    private static String character(String entity) {
        String name = entity.endsWith(";") ? entity.substring(0, entity.length() - 1) : entity;
        String known = NAMED.get(name);
        if (known != null) {
            return known;
        }
        if (!name.startsWith("#")) {
            throw new TemplateEvaluationException("striptags does not know the HTML entity '&" + entity + "'");
        }
        boolean hexadecimal = name.charAt(1) == 'x' || name.charAt(1) == 'X';
        long codePoint = hexadecimal ? Long.parseLong(name.substring(2), 16) : Long.parseLong(name.substring(1));
        boolean plain = (codePoint >= ' ' && codePoint < 0x7f)
                || (codePoint > 0x9f && codePoint <= 0xd7ff)
                || (codePoint >= 0xe000 && codePoint <= Character.MAX_CODE_POINT)
                || codePoint == '\n'
                || codePoint == '\t';
        if (!plain) {
            throw new TemplateEvaluationException("striptags does not know the HTML entity '&" + entity + "'");
        }
        return Character.toString((int) codePoint);
    }
}
