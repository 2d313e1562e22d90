package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.CodePoints.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Code points by Unicode general category, as the running Java knows them; each is looked up once. */
final class UnicodeCategories {

    private static final Map<String, Byte> TYPES = Map.ofEntries(
            Map.entry("Lu", Character.UPPERCASE_LETTER),
            Map.entry("Ll", Character.LOWERCASE_LETTER),
            Map.entry("Lt", Character.TITLECASE_LETTER),
            Map.entry("Lm", Character.MODIFIER_LETTER),
            Map.entry("Lo", Character.OTHER_LETTER),
            Map.entry("Mn", Character.NON_SPACING_MARK),
            Map.entry("Me", Character.ENCLOSING_MARK),
            Map.entry("Mc", Character.COMBINING_SPACING_MARK),
            Map.entry("Nd", Character.DECIMAL_DIGIT_NUMBER),
            Map.entry("Nl", Character.LETTER_NUMBER),
            Map.entry("No", Character.OTHER_NUMBER),
            Map.entry("Zs", Character.SPACE_SEPARATOR),
            Map.entry("Zl", Character.LINE_SEPARATOR),
            Map.entry("Zp", Character.PARAGRAPH_SEPARATOR),
            Map.entry("Pd", Character.DASH_PUNCTUATION),
            Map.entry("Ps", Character.START_PUNCTUATION),
            Map.entry("Pe", Character.END_PUNCTUATION),
            Map.entry("Pc", Character.CONNECTOR_PUNCTUATION),
            Map.entry("Po", Character.OTHER_PUNCTUATION),
            Map.entry("Pi", Character.INITIAL_QUOTE_PUNCTUATION),
            Map.entry("Pf", Character.FINAL_QUOTE_PUNCTUATION),
            Map.entry("Sm", Character.MATH_SYMBOL),
            Map.entry("Sc", Character.CURRENCY_SYMBOL),
            Map.entry("Sk", Character.MODIFIER_SYMBOL),
            Map.entry("So", Character.OTHER_SYMBOL),
            Map.entry("Cc", Character.CONTROL),
            Map.entry("Cf", Character.FORMAT));

    private static final Map<String, CodePoints> KNOWN = new ConcurrentHashMap<>();

    private UnicodeCategories() {}

    /** @param name two letters, or one for all categories that begin with it; {@code C} is left out: it depends on Unicode's age */
    static Optional<CodePoints> find(String name) {
        boolean group = name.length() == 1 && "LMNPSZ".contains(name);
        if (!group && !TYPES.containsKey(name)) {
            return Optional.empty();
        }
        return Optional.of(KNOWN.computeIfAbsent(name, UnicodeCategories::scan));
    }

    private static CodePoints scan(String name) {
        boolean[] wanted = new boolean[Byte.MAX_VALUE];
        TYPES.forEach((category, type) -> wanted[type] = category.startsWith(name));
        List<Range> ranges = new ArrayList<>();
        for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
            int first = point;
            while (point <= Character.MAX_CODE_POINT && wanted[Character.getType(point)]) {
                point++;
            }
            if (point > first) {
                ranges.add(new Range(first, point - 1));
            }
        }
        return CodePointSets.union(ranges);
    }
}
