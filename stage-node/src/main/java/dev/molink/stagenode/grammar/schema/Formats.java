package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.Language;
import dev.molink.stagenode.grammar.RegularExpressions;
import java.util.Map;
import java.util.TreeSet;

/**
 * The formats that are promised, as far as a regular language tells them, narrowed to what readers agree on:
 *
 * <ul>
 *   <li>{@code date}, {@code time}, {@code date-time}: RFC 3339 with days of the month and leap years, in capitals, years
 *       from 0001, up to nine digits of a second, offsets up to 14 hours, no leap second
 *   <li>{@code uuid}: RFC 9562; {@code ipv4}: RFC 2673, section 3.2; {@code ipv6}: RFC 4291, section 2.2, no zone
 *   <li>{@code hostname}: RFC 1123, ASCII, up to 4 labels of up to 62 or 8 of up to 30 characters, which keeps within 253
 *   <li>{@code email}: the dot-string form of RFC 5321, section 4.1.2, at a {@code hostname} of two labels or
 *       more, whose last begins with a letter and has two characters or more
 *   <li>{@code uri}: RFC 3986 with a scheme, and an authority of a name or IPv4 address
 * </ul>
 */
final class Formats {

    private static final String LEAP_YEAR =
            "([0-9]{2}(0[48]|[2468][048]|[13579][26])|(0[48]|[2468][048]|[13579][26])00)";
    private static final String YEAR = "([0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)";
    private static final String DATE = "(" + YEAR + "-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
            + "|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|" + LEAP_YEAR + "-02-29)";
    private static final String CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?";
    private static final String OFFSET =
            "(Z|\\+((0[0-9]|1[0-3]):[0-5][0-9]|14:00)|-((0[1-9]|1[0-3]):[0-5][0-9]|00:(0[1-9]|[1-5][0-9])|14:00))";
    private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final String IPV4 = "(" + BYTE + "\\.){3}" + BYTE;
    private static final String HOSTNAME = "(" + labels(60, 0, 3) + "|" + labels(28, 0, 7) + ")";
    private static final String TOP = "\\.[a-zA-Z]([a-zA-Z0-9\\-]{0,28}[a-zA-Z0-9])";
    private static final String DOMAIN = "(" + labels(60, 0, 2) + "|" + labels(28, 0, 6) + ")" + TOP;
    private static final String ATOM = "[a-zA-Z0-9!#$%&'*+\\-/=?^_`{|}~]{1,20}";

    private static final String ESCAPED = "%[0-9A-Fa-f]{2}";
    private static final String SEGMENT = "([a-zA-Z0-9\\-._~!$&'()*+,;=:@]|" + ESCAPED + ")";
    private static final String NAME = "([a-zA-Z0-9]([a-zA-Z0-9\\-]{0,28}[a-zA-Z0-9])?\\.){0,6}"
            + "[a-zA-Z]([a-zA-Z0-9\\-]{0,28}[a-zA-Z0-9])?\\.?";
    private static final String AUTHORITY =
            "(([a-zA-Z0-9\\-._~!$&'()*+,;=:]|" + ESCAPED + ")*@)?(" + NAME + "|" + IPV4 + ")(:[0-9]{1,5})?";
    private static final String SEGMENTS = "(/" + SEGMENT + "*)*";
    private static final String HIERARCHY =
            "(//" + AUTHORITY + SEGMENTS + "|/(" + SEGMENT + "+" + SEGMENTS + ")?|" + SEGMENT + "+" + SEGMENTS + ")";
    private static final String URI =
            "[a-zA-Z][a-zA-Z0-9+\\-.]*:" + HIERARCHY + "(\\?(" + SEGMENT + "|[/?])*)?(#(" + SEGMENT + "|[/?])*)?";

    private static final Map<String, String> EXPRESSIONS = Map.of(
            "date",
            DATE,
            "time",
            CLOCK + OFFSET,
            "date-time",
            DATE + "T" + CLOCK + OFFSET,
            "uuid",
            "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
            "ipv4",
            IPV4,
            "ipv6",
            ipv6(),
            "hostname",
            HOSTNAME,
            "email",
            ATOM + "(\\." + ATOM + "){0,2}@" + DOMAIN,
            "uri",
            URI);

    private Formats() {}

    /** A label and up to {@code most} more, {@code least} at least, each of up to {@code inner} and 2 characters. */
    private static String labels(int inner, int least, int most) {
        String label = "[a-zA-Z0-9]([a-zA-Z0-9\\-]{0,%d}[a-zA-Z0-9])?".formatted(inner);
        return "%s(\\.%s){%d,%d}".formatted(label, label, least, most);
    }

    /** Eight groups, the last two possibly an IPv4 address, with one run of zeros left out or none. */
    private static String ipv6() {
        String group = "[0-9A-Fa-f]{1,4}";
        String last = "(" + group + ":" + group + "|" + IPV4 + ")";
        StringBuilder forms = new StringBuilder("(%s:){6}%s".formatted(group, last));
        for (int before = 0; before <= 7; before++) {
            String left = before == 0 ? "" : "%s(:%s){0,%d}".formatted(group, group, before - 1);
            if (before <= 5) {
                forms.append("|%s::(%s:){0,%d}%s".formatted(left, group, 5 - before, last));
            }
            forms.append(before == 7 ? "|%s::".formatted(left) : "|%s::(%s)?".formatted(left, group));
        }
        return forms.toString();
    }

    static Language language(String format, Place place) {
        String expression = EXPRESSIONS.get(format);
        if (expression == null) {
            throw place.unsupported("the format '%s' is not supported; supported are %s"
                    .formatted(format, String.join(", ", new TreeSet<>(EXPRESSIONS.keySet()))));
        }
        return RegularExpressions.read(expression);
    }
}
