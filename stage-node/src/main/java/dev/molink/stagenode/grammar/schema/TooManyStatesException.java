package dev.molink.stagenode.grammar.schema;

import java.io.Serial;

/** A set of texts needs more states than allowed. Whoever knows the keyword turns it into a refusal. */
final class TooManyStatesException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String problem;

    TooManyStatesException(String problem) {
        super(problem, null, false, false);
        this.problem = problem;
    }

    String problem() {
        return problem;
    }
}
