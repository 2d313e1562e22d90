package dev.molink.gateway.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8AssemblerTests {

    /** Sequences and their replacements as in Unicode 17, tables 3-8 to 3-11. */
    @ParameterizedTest
    @CsvSource({
        "C080AF41, \uFFFD\uFFFD\uFFFDA",
        "E080BFF08181, \uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD",
        "EDA080EDBFBF, \uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD",
        "F4919293FF41, \uFFFD\uFFFD\uFFFD\uFFFD\uFFFDA",
        "E180E2F09192F1BF41, \uFFFD\uFFFD\uFFFD\uFFFDA",
        "F09F9880, \uD83D\uDE00"
    })
    void replacesMaximalSubparts(String bytes, String expected) {
        assertThat(assembled(new Utf8Assembler(false), bytes)).isEqualTo(expected);
    }

    @Test
    void replacesEachByteWhereThatIsTheRule() {
        assertThat(assembled(new Utf8Assembler(true), "E28241F09F98")).isEqualTo("\uFFFD\uFFFDA\uFFFD\uFFFD\uFFFD");
    }

    @Test
    void holdsBackWhatMayBecomeACharacter() {
        Utf8Assembler assembler = new Utf8Assembler(false);
        StringBuilder text = new StringBuilder();

        assembler.append(HexFormat.of().parseHex("61F09F98"), text);

        assertThat(text).hasToString("a");
    }

    @Test
    void agreesWithTheWholeTextHoweverItIsCut() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 10_000; round++) {
            byte[] bytes = text(random).getBytes(StandardCharsets.UTF_8);
            Utf8Assembler assembler = new Utf8Assembler(false);
            StringBuilder text = new StringBuilder();

            for (byte value : bytes) {
                assembler.append(new byte[] {value}, text);
            }

            assertThat(text).as("seed %d", seed).hasToString(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    private static String assembled(Utf8Assembler assembler, String hexBytes) {
        StringBuilder text = new StringBuilder();
        assembler.append(HexFormat.of().parseHex(hexBytes), text);
        assembler.flush(text);
        return text.toString();
    }

    private static String text(Random random) {
        return random.ints(8, 0, Character.MAX_CODE_POINT + 1)
                .map(codePoint -> codePoint >>> random.nextInt(21))
                .filter(codePoint -> codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
