package dev.molink.stagenode.grammar.schema;

/** What the automata of one schema may cost: states of each, and steps over all of them together. One owner thread. */
final class WorkBudget {

    /** About a second of one core. */
    private static final long STEPS = 1_500_000;

    private final int states;
    private long steps = STEPS;

    /** @param states of one automaton */
    WorkBudget(int states) {
        this.states = states;
    }

    void checkStates(int needed) {
        if (needed > states) {
            throw new TooManyStatesException("its automaton needs more than %d states".formatted(states));
        }
    }

    void spend(long work) {
        steps -= work;
        if (steps < 0) {
            throw new TooManyStatesException("the schema's automata need more than %d steps in all".formatted(STEPS));
        }
    }
}
