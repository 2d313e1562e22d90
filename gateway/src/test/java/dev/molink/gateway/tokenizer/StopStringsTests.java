package dev.molink.gateway.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StopStringsTests {

    private static final int ROUNDS = 20_000;

    @Test
    void passesTextOnAtOnceWhenThereIsNothingToWatchFor() {
        StopStrings stops = new StopStrings(List.of());

        assertThat(stops.accept("anything")).isEqualTo("anything");
        assertThat(stops.flush()).isEmpty();
        assertThat(stops.matched()).isEmpty();
    }

    @Test
    void endsTheTextBeforeAStopStringThatSpansDeltas() {
        StopStrings stops = new StopStrings(List.of("\nUser:"));

        assertThat(stops.accept("Hello\nUs")).isEqualTo("Hello");
        assertThat(stops.accept("er: more")).isEmpty();
        assertThat(stops.accept("still more")).isEmpty();
        assertThat(stops.flush()).isEmpty();
        assertThat(stops.matched()).contains("\nUser:");
    }

    @Test
    void givesBackWhatTurnedOutNotToBeAStopString() {
        StopStrings stops = new StopStrings(List.of("aab"));

        assertThat(stops.accept("aa")).isEmpty();
        assertThat(stops.accept("a")).isEqualTo("a");
        assertThat(stops.accept("c")).isEqualTo("aac");
        assertThat(stops.matched()).isEmpty();
    }

    @Test
    void givesOutWhatIsHeldBackAtTheEnd() {
        StopStrings stops = new StopStrings(List.of("END"));

        assertThat(stops.accept("the EN")).isEqualTo("the ");
        assertThat(stops.flush()).isEqualTo("EN");
        assertThat(stops.matched()).isEmpty();
    }

    @Test
    void prefersTheStopStringThatBeganFirstAmongThoseThatEndTogether() {
        StopStrings stops = new StopStrings(List.of("c", "bc"));

        assertThat(stops.accept("abcd")).isEqualTo("a");
        assertThat(stops.matched()).contains("bc");
    }

    @Test
    void holdsASurrogatePairTogether() {
        StopStrings stops = new StopStrings(List.of("\uD83D\uDE00!"));

        assertThat(stops.accept("x\uD83D\uDE00")).isEqualTo("x");
        assertThat(stops.accept("?")).isEqualTo("\uD83D\uDE00?");
    }

    @Test
    void refusesAnEmptyStopString() {
        assertThatThrownBy(() -> new StopStrings(List.of("a", "")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a stop string must not be empty");
    }

    @Test
    void refusesAStopStringThatIsNoText() {
        assertThatThrownBy(() -> new StopStrings(List.of("\uDE00")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a stop string must not hold an unpaired surrogate");
    }

    @Test
    void findsWhatASearchInTheWholeTextFinds() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            List<String> stops = IntStream.rangeClosed(0, random.nextInt(4))
                    .mapToObj(_ -> letters(random, 1 + random.nextInt(5)))
                    .toList();
            String text = letters(random, random.nextInt(40));

            StopStrings streamed = new StopStrings(stops);
            String given = inRandomDeltas(streamed, text, random);

            assertThat(given)
                    .as("seed %d, stops %s, text %s", seed, stops, text)
                    .isEqualTo(text.substring(0, firstStop(stops, text)));
            assertThat(streamed.matched().isPresent())
                    .as("seed %d, stops %s, text %s", seed, stops, text)
                    .isEqualTo(stops.stream().anyMatch(text::contains));
        }
    }

    private static String inRandomDeltas(StopStrings stops, String text, Random random) {
        StringBuilder given = new StringBuilder();
        int from = 0;
        while (from < text.length()) {
            int to = Math.min(text.length(), from + random.nextInt(6));
            given.append(stops.accept(text.substring(from, to)));
            from = to;
        }
        return given.append(stops.flush()).toString();
    }

    /** Where the text ends: at the stop string that is complete first, and of several such at the one that begins first. */
    private static int firstStop(List<String> stops, String text) {
        int start = text.length();
        int end = Integer.MAX_VALUE;
        for (String stop : stops) {
            int at = text.indexOf(stop);
            boolean earlier = at >= 0 && (at + stop.length() < end || (at + stop.length() == end && at < start));
            if (earlier) {
                start = at;
                end = at + stop.length();
            }
        }
        return start;
    }

    private static String letters(Random random, int length) {
        return random.ints(length, 0, 3)
                .mapToObj("abc"::charAt)
                .map(String::valueOf)
                .reduce("", String::concat);
    }
}
