package dev.molink.gateway.template.syntax;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** Notices which macros name {@code caller}, {@code kwargs} or {@code varargs}, since that changes what they take. */
final class SpecialNames {
    static final String CALLER = "caller";
    static final String KWARGS = "kwargs";
    static final String VARARGS = "varargs";
    private static final Set<String> ALL = Set.of(CALLER, KWARGS, VARARGS);

    /** One macro body: the names it uses, and those it assigned before, which lost their meaning. */
    private record Body(Set<String> used, Set<String> assigned) {}

    private final Deque<Body> bodies = new ArrayDeque<>();

    void enterMacro() {
        bodies.push(new Body(new HashSet<>(), new HashSet<>()));
    }

    /** The special names that the innermost macro uses. */
    Set<String> leaveMacro() {
        return bodies.pop().used();
    }

    void used(String name) {
        if (ALL.contains(name)) {
            bodies.stream()
                    .filter(body -> !body.assigned().contains(name))
                    .forEach(body -> body.used().add(name));
        }
    }

    void assigned(String name) {
        if (ALL.contains(name)) {
            bodies.forEach(body -> body.assigned().add(name));
        }
    }
}
