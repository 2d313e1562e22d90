package dev.molink.stagenode.grammar;

/**
 * How large a grammar may be.
 *
 * @param terms parts of the definition, a part that stands in several places counted once
 * @param nesting parts within parts, rules not followed
 * @param instructions size of the automaton's program; about one for each byte of a text
 * @param recursion rules within rules that a text may open. Where another level could not be closed within this bound, no
 *     byte opens it
 * @param alternatives readings of one text that the automaton follows at once
 */
public record GrammarLimits(int terms, int nesting, int instructions, int recursion, int alternatives) {

    /** For requests of users. */
    public static final GrammarLimits DEFAULT = new GrammarLimits(200_000, 400, 500_000, 96, 10_000);

    public GrammarLimits {
        require("terms", terms, 5_000_000);
        require("nesting", nesting, 1_000);
        require("instructions", instructions, 10_000_000);
        require("recursion", recursion, 1_000);
        require("alternatives", alternatives, 1_000_000);
    }

    private static void require(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException("%s is %d; allowed are 1 to %d".formatted(name, value, most));
        }
    }
}
