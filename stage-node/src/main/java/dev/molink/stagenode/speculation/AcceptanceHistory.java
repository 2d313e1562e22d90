package dev.molink.stagenode.speculation;

/** How often a sequence's drafts were right lately, and so how long its next ones are. One for each sequence. */
public final class AcceptanceHistory {

    /** Weight of the last draft; about the last ten count. */
    private static final double WEIGHT = 0.1;

    private static final double FIRST_GUESS = 0.6;
    private static final double MOST_CERTAIN = 0.98;

    /** A sequence whose drafts are not worth it gets one all the same every so many steps; its text may change. */
    private static final int PROBE_STEPS = 16;

    private double acceptance = FIRST_GUESS;
    private int stepsWithout;

    void verified(int drafted, int accepted) {
        for (int i = 0; i < accepted; i++) {
            acceptance += WEIGHT * (1 - acceptance);
        }
        // the drafts behind the first wrong one say nothing
        if (accepted < drafted) {
            acceptance -= WEIGHT * acceptance;
        }
    }

    /** Share of drafts that are right if those before them are. */
    double acceptance() {
        return acceptance;
    }

    /**
     * Drafts worth verifying: as long as the chance that a draft is right, and all before it, is at least {@code worth}.
     */
    int draftTokens(double worth, int most) {
        double chance = Math.min(MOST_CERTAIN, acceptance);
        int length = 0;
        for (double all = chance; length < most && all >= worth; all *= chance) {
            length++;
        }
        if (length == 0 && ++stepsWithout < PROBE_STEPS) {
            return 0;
        }
        stepsWithout = 0;
        return Math.max(1, length);
    }
}
