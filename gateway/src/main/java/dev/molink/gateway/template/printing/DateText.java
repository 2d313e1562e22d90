package dev.molink.gateway.template.printing;

import dev.molink.gateway.template.value.TextBuilder;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;

/** C's {@code strftime} with English names, as Python's {@code datetime.strftime} calls it on local time. */
public final class DateText {
    private static final String FLAGS = "-_0^#";

    private final LocalDateTime time;
    private final ZoneId zone;
    private final TextBuilder out;

    private DateText(LocalDateTime time, ZoneId zone, TextBuilder out) {
        this.time = time;
        this.zone = zone;
        this.out = out;
    }

    /** Appends {@code time} as {@code format} says; {@code zone} is only used for seconds since 1970. */
    public static void write(LocalDateTime time, ZoneId zone, String format, TextBuilder out) {
        new DateText(time, zone, out).write(format);
    }

    private void write(String format) {
        int position = 0;
        while (position < format.length()) {
            char unit = format.charAt(position++);
            if (unit != '%' || position == format.length()) {
                out.append(unit);
                continue;
            }
            char flag = FLAGS.indexOf(format.charAt(position)) >= 0 ? format.charAt(position++) : 0;
            if (position == format.length()) {
                out.append(format.substring(format.lastIndexOf('%')));
            } else {
                directive(format.charAt(position++), flag);
            }
        }
    }

    private void directive(char directive, char flag) {
        switch (directive) {
            case 'a' -> name("EEE", flag);
            case 'A' -> name("EEEE", flag);
            case 'b', 'h' -> name("MMM", flag);
            case 'B' -> name("MMMM", flag);
            case 'p' -> name("a", flag);
            case 'P' -> out.append(time.getHour() < 12 ? "am" : "pm");
            case 'd' -> number(time.getDayOfMonth(), 2, '0', flag);
            case 'e' -> number(time.getDayOfMonth(), 2, ' ', flag);
            case 'm' -> number(time.getMonthValue(), 2, '0', flag);
            case 'y' -> number(time.getYear() % 100, 2, '0', flag);
            case 'Y' -> number(time.getYear(), 1, '0', flag);
            case 'C' -> number(time.getYear() / 100, 2, '0', flag);
            case 'G' -> number(time.get(IsoFields.WEEK_BASED_YEAR), 1, '0', flag);
            case 'g' -> number(time.get(IsoFields.WEEK_BASED_YEAR) % 100, 2, '0', flag);
            case 'V' -> number(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2, '0', flag);
            case 'U' -> number((time.getDayOfYear() + 6 - sundayBased()) / 7, 2, '0', flag);
            case 'W' -> number((time.getDayOfYear() + 6 - (sundayBased() + 6) % 7) / 7, 2, '0', flag);
            case 'w' -> number(sundayBased(), 1, '0', flag);
            case 'u' -> number(time.getDayOfWeek().getValue(), 1, '0', flag);
            case 'j' -> number(time.getDayOfYear(), 3, '0', flag);
            case 'H' -> number(time.getHour(), 2, '0', flag);
            case 'k' -> number(time.getHour(), 2, ' ', flag);
            case 'I' -> number(time.get(ChronoField.CLOCK_HOUR_OF_AMPM), 2, '0', flag);
            case 'l' -> number(time.get(ChronoField.CLOCK_HOUR_OF_AMPM), 2, ' ', flag);
            case 'M' -> number(time.getMinute(), 2, '0', flag);
            case 'S' -> number(time.getSecond(), 2, '0', flag);
            case 'f' -> number(time.getNano() / 1000, 6, '0', (char) 0);
            case 's' -> out.append(Long.toString(time.atZone(zone).toEpochSecond()));
            case 'z', 'Z' -> {
                // Python's local time names no zone.
            }
            case 'c' -> write("%a %b %e %H:%M:%S %Y");
            case 'x', 'D' -> write("%m/%d/%y");
            case 'X', 'T' -> write("%H:%M:%S");
            case 'F' -> write("%Y-%m-%d");
            case 'R' -> write("%H:%M");
            case 'r' -> write("%I:%M:%S %p");
            case 'n' -> out.append('\n');
            case 't' -> out.append('\t');
            case '%' -> out.append('%');
            default -> out.append("%" + (flag == 0 ? "" : flag) + directive);
        }
    }

    private int sundayBased() {
        return time.getDayOfWeek().getValue() % 7;
    }

    private void name(String pattern, char flag) {
        String name = DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time);
        boolean upper = flag == '^' || (flag == '#' && !pattern.equals("a"));
        out.append(upper ? name.toUpperCase(Locale.ROOT) : flag == '#' ? name.toLowerCase(Locale.ROOT) : name);
    }

    private void number(int number, int width, char padding, char flag) {
        String digits = Integer.toString(number);
        char pad = flag == '_' ? ' ' : flag == '0' ? '0' : padding;
        out.repeat(String.valueOf(pad), flag == '-' ? 0 : width - digits.length())
                .append(digits);
    }
}
