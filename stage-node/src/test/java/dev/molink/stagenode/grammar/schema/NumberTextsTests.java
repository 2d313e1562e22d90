package dev.molink.stagenode.grammar.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.grammar.Language.Definition;
import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Number languages against arithmetic. */
class NumberTextsTests {

    private static final int SCHEMAS = Boolean.getBoolean("molink.test.full") ? 400 : 40;

    private final long seed = 20_261;
    private final Random random = new Random(seed);

    @Test
    void integersAreInTheLanguageExactlyWhenTheyAreWithinTheBounds() {
        for (int i = 0; i < SCHEMAS; i++) {
            int low = random.nextInt(2_400) - 1_200;
            int high = low + random.nextInt(random.nextBoolean() ? 30 : 1_500);
            int step = List.of(1, 1, 2, 3, 7, 10, 25, 100).get(random.nextInt(8));
            boolean open = random.nextBoolean();
            String schema = "{\"type\": \"integer\", \"%s\": %d, \"maximum\": %d, \"multipleOf\": %d}"
                    .formatted(open ? "exclusiveMinimum" : "minimum", low, high, step);
            if (Math.floorDiv(high, step) * step < (open ? low + 1 : low)) {
                continue;
            }
            Definition definition = JsonSchema.compile(schema, SchemaLimits.DEFAULT);

            for (int value = low - 40; value <= high + 40; value++) {
                boolean isWithin = (open ? value > low : value >= low) && value <= high && value % step == 0;
                assertThat(LanguageMatcher.matches(definition, Integer.toString(value)))
                        .as("seed %d: %d in %s", seed, value, schema)
                        .isEqualTo(isWithin);
            }
        }
    }

    @Test
    void decimalsAreInTheLanguageExactlyWhenTheyAreWithinTheBounds() {
        for (int i = 0; i < SCHEMAS; i++) {
            BigDecimal low = decimal();
            BigDecimal high = low.add(BigDecimal.valueOf(1 + random.nextInt(3_000), random.nextInt(4)));
            boolean openLow = random.nextBoolean();
            boolean openHigh = random.nextBoolean();
            String schema = "{\"type\": \"number\", \"%s\": %s, \"%s\": %s}"
                    .formatted(
                            openLow ? "exclusiveMinimum" : "minimum", low.toPlainString(),
                            openHigh ? "exclusiveMaximum" : "maximum", high.toPlainString());
            Definition definition = JsonSchema.compile(schema, SchemaLimits.DEFAULT);

            for (BigDecimal near : List.of(low, high, low.add(high).divide(BigDecimal.TWO), BigDecimal.ZERO)) {
                for (int offset = -25; offset <= 25; offset++) {
                    BigDecimal value = near.add(BigDecimal.valueOf(offset, random.nextInt(5)));
                    int fromLow = value.compareTo(low);
                    int toHigh = value.compareTo(high);
                    boolean isWithin = (openLow ? fromLow > 0 : fromLow >= 0) && (openHigh ? toHigh < 0 : toHigh <= 0);
                    // A zero with a sign is never written.
                    String text = value.signum() == 0 ? "0" : value.toPlainString();
                    assertThat(LanguageMatcher.matches(definition, text))
                            .as("seed %d: %s in %s", seed, text, schema)
                            .isEqualTo(isWithin);
                }
            }
        }
    }

    @Test
    void decimalMultiplesAreInTheLanguageExactlyWhenNothingRemains() {
        for (String divisor : List.of("0.01", "0.5", "0.25", "2.5", "0.075", "12.5", "0.3")) {
            Definition definition = JsonSchema.compile(
                    "{\"type\": \"number\", \"multipleOf\": %s}".formatted(divisor), SchemaLimits.DEFAULT);
            BigDecimal step = new BigDecimal(divisor);

            for (int thousandths = -3_000; thousandths <= 3_000; thousandths += 1 + random.nextInt(12)) {
                BigDecimal value = BigDecimal.valueOf(thousandths, 3).stripTrailingZeros();
                assertThat(LanguageMatcher.matches(definition, value.toPlainString()))
                        .as("%s is a multiple of %s", value.toPlainString(), divisor)
                        .isEqualTo(value.remainder(step).signum() == 0);
            }
        }
    }

    @Test
    void numbersWithoutBoundsAreWrittenInEveryWay() {
        Definition definition = JsonSchema.compile("{\"type\": \"number\"}", SchemaLimits.DEFAULT);

        for (String text :
                List.of("0", "-0", "1.50", "1E5", "1e-7", "-12.25e+100", "1.7976931348623157E307", "9e307")) {
            assertThat(LanguageMatcher.matches(definition, text)).as(text).isTrue();
        }
        for (String text : List.of("", "-", "01", "1.", ".5", "+1", "1e", "0x1", "NaN", "1e308", "1e1000", "10e300")) {
            assertThat(LanguageMatcher.matches(definition, text)).as(text).isFalse();
        }
    }

    /** Digits beyond those of a double could lie on the other side of a bound for a reader of doubles. */
    @Test
    void numbersWithABoundHaveTheDigitsOfADouble() {
        Definition definition =
                JsonSchema.compile("{\"type\": \"number\", \"exclusiveMaximum\": 1}", SchemaLimits.DEFAULT);

        assertThat(LanguageMatcher.matches(definition, "0.99999999999999")).isTrue();
        assertThat(LanguageMatcher.matches(definition, "0.99999999999999999999"))
                .isFalse();
    }

    @Test
    void boundsOfManyDigitsAreKept() {
        Definition definition = JsonSchema.compile(
                "{\"type\": \"number\", \"minimum\": 12345678901234567890.25, \"exclusiveMaximum\": 12345678901234567890.26}",
                SchemaLimits.DEFAULT);

        assertThat(LanguageMatcher.matches(definition, "12345678901234567890.25"))
                .isTrue();
        assertThat(LanguageMatcher.matches(definition, "12345678901234567890.259"))
                .isTrue();
        assertThat(LanguageMatcher.matches(definition, "12345678901234567890.26"))
                .isFalse();
    }

    private BigDecimal decimal() {
        return BigDecimal.valueOf(random.nextInt(40_000) - 20_000, random.nextInt(4));
    }
}
