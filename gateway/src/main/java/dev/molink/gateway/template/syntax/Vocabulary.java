package dev.molink.gateway.template.syntax;

import java.util.Set;

/**
 * The names that a template may use after {@code |} and {@code is}.
 *
 * @param filters names of filters
 * @param tests names of tests
 */
public record Vocabulary(Set<String> filters, Set<String> tests) {
    /** Keeps copies. */
    public Vocabulary {
        filters = Set.copyOf(filters);
        tests = Set.copyOf(tests);
    }
}
