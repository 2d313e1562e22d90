package dev.molink.stagenode.node;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Amounts of memory as flags write them: {@code 512MB}, {@code 2GiB}, {@code 1g}; units are powers of 1024. */
final class MemorySize implements ITypeConverter<Long> {

    private static final Pattern FORM = Pattern.compile("(\\d{1,12})\\s*([kmgt]?)(i?b)?");
    private static final Map<String, Integer> SHIFTS = Map.of("", 0, "k", 10, "m", 20, "g", 30, "t", 40);

    @Override
    public Long convert(String text) {
        Matcher form = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!form.matches()) {
            throw new TypeConversionException("'%s' is not an amount of memory such as 512MB or 2GB".formatted(text));
        }
        long amount = Long.parseLong(form.group(1));
        int shift = SHIFTS.getOrDefault(form.group(2), 0);
        if (amount < 1 || amount > Long.MAX_VALUE >> shift) {
            throw new TypeConversionException("'%s' is no possible amount of memory".formatted(text));
        }
        return amount << shift;
    }
}
