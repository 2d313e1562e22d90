package dev.molink.bench.links;

import dev.molink.bench.fleet.Arrival;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Requests with the statistics of the Azure LLM inference traces of 2023, for who does not have them. Lengths follow the
 * traces' quantiles, those of answers within each quarter of the prompts, as both are not independent. Gaps between
 * arrivals are exponential (conversation, measured coefficient of variation 1.1) or, rarely, far longer (code, 13).
 */
public final class SyntheticTrace {

    public static final SyntheticTrace CONVERSATION = new SyntheticTrace(
            "conversation",
            new Quantiles(
                    Shares.PROMPTS,
                    2,
                    29,
                    181,
                    207,
                    372,
                    387,
                    396,
                    403,
                    414,
                    703,
                    984,
                    1020,
                    1045,
                    1071,
                    1097,
                    1130,
                    1189,
                    1315,
                    1877,
                    2735,
                    4083,
                    4142,
                    6212,
                    14050),
            List.of(
                    new Quantiles(
                            Shares.ANSWERS,
                            7,
                            12,
                            18,
                            50,
                            67,
                            79,
                            89,
                            98,
                            114,
                            144,
                            167,
                            202,
                            217,
                            217,
                            221,
                            254,
                            290,
                            1000,
                            1000),
                    new Quantiles(
                            Shares.ANSWERS,
                            10,
                            42,
                            72,
                            82,
                            89,
                            94,
                            100,
                            108,
                            125,
                            170,
                            396,
                            415,
                            440,
                            467,
                            519,
                            569,
                            604,
                            675,
                            921),
                    new Quantiles(
                            Shares.ANSWERS,
                            28,
                            49,
                            125,
                            376,
                            389,
                            396,
                            398,
                            406,
                            414,
                            423,
                            433,
                            494,
                            558,
                            598,
                            623,
                            666,
                            937,
                            1000,
                            1000),
                    new Quantiles(
                            Shares.ANSWERS,
                            15,
                            27,
                            35,
                            41,
                            50,
                            61,
                            74,
                            89,
                            108,
                            136,
                            169,
                            336,
                            408,
                            421,
                            442,
                            518,
                            595,
                            757,
                            954)),
            new Gaps(0.181, 0, 0));

    public static final SyntheticTrace CODE = new SyntheticTrace(
            "code",
            new Quantiles(
                    Shares.PROMPTS,
                    3,
                    17,
                    75,
                    147,
                    232,
                    385,
                    578,
                    770,
                    938,
                    1075,
                    1261,
                    1469,
                    1690,
                    1909,
                    2164,
                    2433,
                    2745,
                    3193,
                    3923,
                    5194,
                    7315,
                    7436,
                    7437,
                    7437),
            List.of(
                    new Quantiles(
                            Shares.ANSWERS,
                            6,
                            6,
                            6,
                            7,
                            9,
                            10,
                            12,
                            14,
                            16,
                            20,
                            30,
                            56,
                            91,
                            126,
                            176,
                            248,
                            315,
                            784,
                            1899),
                    new Quantiles(
                            Shares.ANSWERS, 6, 6, 6, 7, 8, 9, 11, 13, 16, 19, 28, 52, 84, 120, 157, 217, 294, 638, 841),
                    new Quantiles(
                            Shares.ANSWERS, 6, 6, 6, 7, 8, 9, 11, 13, 15, 20, 30, 55, 88, 123, 164, 253, 382, 831, 940),
                    new Quantiles(
                            Shares.ANSWERS,
                            6,
                            6,
                            6,
                            7,
                            8,
                            9,
                            11,
                            13,
                            15,
                            20,
                            30,
                            58,
                            101,
                            135,
                            186,
                            295,
                            445,
                            848,
                            928)),
            new Gaps(0.118, 0.0051, 53));

    private static final double NANOS_PER_SECOND = 1e9;

    private final String name;
    private final Quantiles prompts;
    private final List<Quantiles> answers;
    private final Gaps gaps;

    private static final class Shares {

        private static final double[] PROMPTS = {
            0, .01, .05, .1, .15, .2, .25, .3, .35, .4, .45, .5, .55, .6, .65, .7, .75, .8, .85, .9, .95, .99, .999, 1
        };
        private static final double[] ANSWERS = {
            0, .01, .05, .1, .2, .3, .4, .5, .6, .7, .8, .9, .95, .97, .98, .99, .995, .999, 1
        };
    }

    /** Seconds between arrivals: exponential with one mean, and with another one in a few cases. */
    private record Gaps(double meanSeconds, double longShare, double longMeanSeconds) {

        double draw(SplittableRandom draws) {
            double mean = draws.nextDouble() < longShare ? longMeanSeconds : meanSeconds;
            return -mean * Math.log1p(-draws.nextDouble());
        }
    }

    private SyntheticTrace(String name, Quantiles prompts, List<Quantiles> answers, Gaps gaps) {
        this.name = name;
        this.prompts = prompts;
        this.answers = List.copyOf(answers);
        this.gaps = gaps;
    }

    /**
     * Reads {@code conversation} or {@code code}.
     *
     * @throws IllegalArgumentException that names what is allowed
     */
    public static SyntheticTrace parse(String text) {
        return switch (text) {
            case "conversation" -> CONVERSATION;
            case "code" -> CODE;
            default ->
                throw new IllegalArgumentException(
                        "synthetic trace '%s' is unknown; allowed: conversation, code".formatted(text));
        };
    }

    /** So many requests, the first at 0; the same for the same seed. */
    public List<Arrival> generate(int requests, long seed) {
        SplittableRandom draws = new SplittableRandom(seed);
        List<Arrival> arrivals = new ArrayList<>(requests);
        double seconds = 0;
        for (int i = 0; i < requests; i++) {
            double share = draws.nextDouble();
            Quantiles answer = answers.get((int) (share * answers.size()));
            arrivals.add(new Arrival(
                    Math.round(seconds * NANOS_PER_SECOND), prompts.at(share), answer.at(draws.nextDouble())));
            seconds += gaps.draw(draws);
        }
        return arrivals;
    }

    @Override
    public String toString() {
        return name;
    }
}
