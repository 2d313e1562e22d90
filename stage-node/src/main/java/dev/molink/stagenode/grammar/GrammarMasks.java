package dev.molink.stagenode.grammar;

/** One grammar at the sampling stage: its machine and the masks of its states. Belongs to one thread. */
final class GrammarMasks {

    private final MachineState start;
    /** By state, for tokens of any length. */
    private final MaskCache whole;
    /** By what a state means for short tokens, which many states share. */
    private final MaskCache shortTokens;

    private int generation;

    GrammarMasks(MachineState start, int maxMasks) {
        this.start = start;
        this.whole = new MaskCache(Math.max(1, maxMasks / 2));
        this.shortTokens = new MaskCache(Math.max(1, maxMasks / 2));
    }

    MachineState start() {
        return start;
    }

    Machine machine() {
        return start.machine();
    }

    MaskCache whole() {
        forgetOldStates();
        return whole;
    }

    MaskCache shortTokens() {
        forgetOldStates();
        return shortTokens;
    }

    /** States that the machine forgot come never again, and masks would keep them in memory. */
    private void forgetOldStates() {
        if (generation != machine().generation()) {
            whole.clear();
            shortTokens.clear();
            generation = machine().generation();
        }
    }
}
