package dev.molink.gateway.template.syntax;

import dev.molink.gateway.template.failure.TemplateSyntaxException;
import dev.molink.gateway.template.syntax.Expression.FilterStep;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects filters and tests that do not exist. They are errors, except inside a condition: templates guard newer
 * filters with {@code if}, so those fail only when they are reached.
 */
final class UnknownNames {
    private final Vocabulary vocabulary;
    private final List<TemplateSyntaxException> errors = new ArrayList<>();

    UnknownNames(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    FilterStep checked(FilterStep step, int line) {
        if (!vocabulary.filters().contains(step.name())) {
            errors.add(new TemplateSyntaxException(line, "No filter named '" + step.name() + "'."));
        }
        return step;
    }

    void checkTest(String name, int line) {
        if (!vocabulary.tests().contains(name)) {
            errors.add(new TemplateSyntaxException(line, "No test named '" + name + "'."));
        }
    }

    /** How many were found so far. */
    int mark() {
        return errors.size();
    }

    /** Forgets those found since {@code mark}, which turned out to be guarded. */
    void forgetSince(int mark) {
        errors.subList(mark, errors.size()).clear();
    }

    void throwFirst() {
        if (!errors.isEmpty()) {
            throw errors.getFirst();
        }
    }
}
