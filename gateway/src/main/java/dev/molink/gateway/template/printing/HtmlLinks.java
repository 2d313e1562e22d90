package dev.molink.gateway.template.printing;

import dev.molink.gateway.template.value.TextBuilder;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Makes links of the addresses in escaped text, as Jinja2's {@code urlize} does. */
public final class HtmlLinks {
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;
    private static final String WORD = "\\p{L}\\p{N}_";
    private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern HEAD = Pattern.compile("(?:[(<]|&lt;)+");
    private static final Pattern TAIL = Pattern.compile("(?:[)>.,\\n]|&gt;)+$");
    private static final String NAMED_HOST =
            "(?:https?://|www\\.)(?:[" + WORD + "%-]+\\.)*(?:[a-z]{2,63}|xn--[" + WORD + "%]{2,59})";
    private static final String BARE_HOST = "(?:[" + WORD + "%-]{2,63}\\.)+(?:com|net|int|edu|gov|org|info|mil)";
    private static final String NUMBERED_HOST =
            "https?://(?:\\d{1,3}(?:\\.\\d{1,3}){3}|\\[(?:[\\da-f]{0,4}:){2}(?:[\\da-f]{0,4}:?){1,6}\\])";
    private static final Pattern WEB = Pattern.compile(
            "(?:" + NAMED_HOST + "|" + BARE_HOST + "|" + NUMBERED_HOST + ")(?::\\d{1,5})?(?:[/?#]\\S*)?", FLAGS);
    private static final Pattern MAIL = Pattern.compile("\\S+@[" + WORD + "][" + WORD + ".-]*\\.[" + WORD + "]+");
    private static final String[][] BRACKETS = {{"(", ")"}, {"<", ">"}, {"&lt;", "&gt;"}};

    private final int shownCharacters;
    private final String attributes;

    /** Shows at most so many characters of an address; {@code relations} are words with blanks between them. */
    public HtmlLinks(int shownCharacters, String relations, String target) {
        this.shownCharacters = shownCharacters;
        String rel = new TreeSet<>(Arrays.asList(relations.trim().split("\\s+")))
                .stream().collect(Collectors.joining(" "));
        this.attributes = " rel=\"" + rel + "\"" + (target.isEmpty() ? "" : " target=\"" + target + "\"");
    }

    /** Appends {@code text} with links. */
    public void link(String text, TextBuilder out) {
        Matcher space = SPACE.matcher(text);
        int start = 0;
        while (space.find()) {
            linkWord(text.substring(start, space.start()), out);
            out.append(space.group());
            start = space.end();
        }
        linkWord(text.substring(start), out);
    }

    private void linkWord(String word, TextBuilder out) {
        Matcher leading = HEAD.matcher(word);
        String head = leading.lookingAt() ? leading.group() : "";
        String middle = word.substring(head.length());
        Matcher trailing = TAIL.matcher(middle);
        String tail = trailing.find() ? trailing.group() : "";
        middle = middle.substring(0, middle.length() - tail.length());
        for (String[] pair : BRACKETS) {
            int moved = balance(middle, tail, pair[0], pair[1]);
            middle += tail.substring(0, moved);
            tail = tail.substring(moved);
        }
        out.append(head).append(linked(middle)).append(tail);
    }

    /** How much of the tail belongs to the address, so that its brackets close. */
    private static int balance(String middle, String tail, String open, String close) {
        int missing = count(middle, open) - count(middle, close);
        int wanted = missing > 0 ? count(middle, open) : 0;
        int end = 0;
        for (int i = 0; i < wanted && tail.indexOf(close, end) >= 0; i++) {
            end = tail.indexOf(close, end) + close.length();
        }
        return end;
    }

    private static int count(String text, String part) {
        int count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
            count++;
        }
        return count;
    }

    private String linked(String word) {
        if (WEB.matcher(word).matches()) {
            boolean hasScheme = word.startsWith("https://") || word.startsWith("http://");
            return "<a href=\"" + (hasScheme ? "" : "https://") + word + "\"" + attributes + ">" + shown(word) + "</a>";
        }
        if (word.startsWith("mailto:") && MAIL.matcher(word.substring(7)).matches()) {
            return "<a href=\"" + word + "\">" + word.substring(7) + "</a>";
        }
        boolean isMail = word.contains("@")
                && !word.startsWith("www.")
                && !word.startsWith("@")
                && !word.contains(":")
                && MAIL.matcher(word).matches();
        return isMail ? "<a href=\"mailto:" + word + "\">" + word + "</a>" : word;
    }

    private String shown(String address) {
        return address.length() > shownCharacters ? address.substring(0, shownCharacters) + "..." : address;
    }
}
