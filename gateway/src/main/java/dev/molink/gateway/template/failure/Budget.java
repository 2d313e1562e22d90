package dev.molink.gateway.template.failure;

import java.math.BigInteger;

/** Counts what one rendering has used and stops it at the limits. Belongs to the thread that renders. */
public final class Budget {
    private static final int CHARACTERS_PER_STEP = 64;
    private static final int CHARACTERS_PER_ELEMENT = 4;

    private final TemplateLimits limits;
    private long steps;
    private long characters;
    private int depth;

    /** A budget of which nothing is used. */
    public Budget(TemplateLimits limits) {
        this.limits = limits;
    }

    /** The limits this budget enforces. */
    public TemplateLimits limits() {
        return limits;
    }

    /** Uses one step. */
    public void step() {
        steps(1);
    }

    /** Uses {@code count} steps. */
    public void steps(long count) {
        steps += count;
        if (steps > limits.maxSteps()) {
            throw new TemplateLimitException("the template needs more than " + limits.maxSteps() + " steps");
        }
    }

    /** Uses the steps of one pass over a text. */
    public void scan(long scanned) {
        steps(scanned / CHARACTERS_PER_STEP);
    }

    /** Announces a text of so many UTF-16 units; call it before the text is made. */
    public void allocate(long made) {
        if (made < 0 || made > limits.maxWorkingCharacters() - characters) {
            throw new TemplateLimitException(
                    "the template makes texts and lists of more than " + limits.maxWorkingCharacters() + " characters");
        }
        characters += made;
        scan(made);
    }

    /** Announces a collection of so many elements; call it before the collection is made. */
    public void allocateElements(long elements) {
        long most = limits.maxWorkingCharacters() / CHARACTERS_PER_ELEMENT;
        allocate(elements > most ? Long.MAX_VALUE : elements * CHARACTERS_PER_ELEMENT);
    }

    /** Goes one evaluation deeper. An exception ends the whole rendering, so it needs no matching {@link #leave}. */
    public void enter() {
        if (++depth > limits.maxDepth()) {
            throw new TemplateLimitException("the template nests more than " + limits.maxDepth() + " evaluations");
        }
    }

    /** Comes back from an evaluation. */
    public void leave() {
        depth--;
    }

    /** Announces an integer of so many bits; call it before an expensive calculation. */
    public void integerBits(long bits) {
        if (bits > limits.maxIntegerBits()) {
            throw new TemplateLimitException(
                    "the template calculates with integers of more than " + limits.maxIntegerBits() + " bits");
        }
    }

    /** {@code number} itself, if its magnitude is allowed. */
    public BigInteger checked(BigInteger number) {
        integerBits(number.bitLength());
        return number;
    }
}
