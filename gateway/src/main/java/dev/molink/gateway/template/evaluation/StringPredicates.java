package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.value.QuotedText;
import dev.molink.gateway.template.value.Whitespace;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/** The methods of Python's strings that answer a question about all their characters. */
final class StringPredicates {
    /** First and last of each range of digits that cannot be used in decimal numbers, as superscripts. */
    private static final int[] OTHER_DIGITS = {
        0xb2, 0xb3, 0xb9, 0xb9, 0x1369, 0x1371, 0x19da, 0x19da, 0x2070, 0x2070, 0x2074, 0x2079, 0x2080, 0x2089, 0x2460,
        0x2468, 0x2474, 0x247c, 0x2488, 0x2490, 0x24ea, 0x24ea, 0x24f5, 0x24fd, 0x24ff, 0x24ff, 0x2776, 0x277e, 0x2780,
        0x2788, 0x278a, 0x2792, 0x10a40, 0x10a43, 0x10e60, 0x10e68, 0x11052, 0x1105a, 0x1f100, 0x1f10a
    };

    /** Letters of Chinese that are numbers, as Unicode's database of Han characters says. */
    private static final String HAN_NUMBERS = "㐅㒃㠪㭍一七万三九二五亖亿什仟仨伍佰億兆兩八六十千卄卅卌叁参參叄四壱壹幺廾廿弌弍弎弐拾捌柒漆玖百肆萬貮貳贰阡陆陌陸零"
            + "\uf96b\uf973\uf978\uf9b2\uf9d1\uf9d3\uf9fd𠀁𠁤𠃢𠄡𠤪𠦃𠦌𠦜𠫪𠫽𠬙𢎐𢦘𣬛𦉭\ud87e\udc90";

    static final Map<String, Predicate<String>> METHODS = Map.ofEntries(
            Map.entry("isalpha", every(Character::isLetter)),
            Map.entry("isdecimal", every(Character::isDigit)),
            Map.entry("isdigit", every(StringPredicates::isDigit)),
            Map.entry("isnumeric", every(StringPredicates::isNumeric)),
            Map.entry("isalnum", every(codePoint -> Character.isLetter(codePoint) || isNumeric(codePoint))),
            Map.entry("isspace", every(Whitespace::isSpace)),
            Map.entry("isascii", text -> text.chars().allMatch(unit -> unit < 0x80)),
            Map.entry("isprintable", text -> text.codePoints().allMatch(QuotedText::isPrintable)),
            Map.entry("isidentifier", StringPredicates::isIdentifier),
            Map.entry("isupper", StringPredicates::isUpper),
            Map.entry("islower", StringPredicates::isLower),
            Map.entry("istitle", StringPredicates::isTitle));

    private StringPredicates() {}

    private static Predicate<String> every(IntPredicate character) {
        return text -> !text.isEmpty() && text.codePoints().allMatch(character);
    }

    private static boolean isDigit(int codePoint) {
        if (Character.isDigit(codePoint)) {
            return true;
        }
        for (int i = 0; i < OTHER_DIGITS.length; i += 2) {
            if (codePoint >= OTHER_DIGITS[i] && codePoint <= OTHER_DIGITS[i + 1]) {
                return true;
            }
        }
        return false;
    }

    private static boolean isNumeric(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
            default -> HAN_NUMBERS.indexOf(codePoint) >= 0;
        };
    }

    private static boolean isIdentifier(String text) {
        if (text.isEmpty()) {
            return false;
        }
        int first = text.codePointAt(0);
        return (first == '_' || Character.isUnicodeIdentifierStart(first))
                && text.codePoints()
                        .allMatch(codePoint -> Character.isUnicodeIdentifierPart(codePoint)
                                && !Character.isIdentifierIgnorable(codePoint));
    }

    /** Whether there is an upper case letter and none of another case. */
    static boolean isUpper(String text) {
        return text.codePoints().anyMatch(Character::isUpperCase)
                && text.codePoints()
                        .noneMatch(codePoint -> Character.isLowerCase(codePoint) || Character.isTitleCase(codePoint));
    }

    /** Whether there is a lower case letter and none of another case. */
    static boolean isLower(String text) {
        return text.codePoints().anyMatch(Character::isLowerCase)
                && text.codePoints()
                        .noneMatch(codePoint -> Character.isUpperCase(codePoint) || Character.isTitleCase(codePoint));
    }

    private static boolean isTitle(String text) {
        boolean anyCased = false;
        boolean inWord = false;
        for (int codePoint : text.codePoints().toArray()) {
            boolean cased = TextCase.isCased(codePoint);
            if (cased && inWord != Character.isLowerCase(codePoint)) {
                return false;
            }
            anyCased |= cased;
            inWord = cased;
        }
        return anyCased;
    }
}
