package dev.molink.gateway.template.syntax;

import dev.molink.gateway.template.syntax.Statement.Target;
import java.util.ArrayList;
import java.util.List;

/** Parses what stands on the left of an assignment. */
final class TargetParser {
    private final TokenStream tokens;
    private final SpecialNames specialNames;

    TargetParser(TokenStream tokens, SpecialNames specialNames) {
        this.tokens = tokens;
        this.specialNames = specialNames;
    }

    /** A variable, a namespace's attribute or, with commas, a tuple of them. */
    Target target() {
        return targets(true);
    }

    /** A variable or a tuple of variables. */
    Target variables() {
        return targets(false);
    }

    private Target targets(boolean mayBeAttribute) {
        var targets = new ArrayList<Target>();
        boolean isTuple = false;
        while (!endsTargets()) {
            targets.add(single(mayBeAttribute));
            if (!tokens.skipOperator(",")) {
                break;
            }
            isTuple = true;
        }
        if (targets.isEmpty()) {
            throw tokens.error("Expected an expression, got " + tokens.current().description());
        }
        return isTuple ? new Target.Unpacked(List.copyOf(targets)) : targets.getFirst();
    }

    private boolean endsTargets() {
        Token token = tokens.current();
        return token.is(TokenType.TAG_END) || token.is(TokenType.PRINT_END) || token.isOperator(")");
    }

    private Target single(boolean mayBeAttribute) {
        if (tokens.skipOperator("(")) {
            tokens.enter();
            Target inside = targets(mayBeAttribute);
            tokens.leave();
            tokens.expectOperator(")");
            return inside;
        }
        if (!tokens.current().is(TokenType.NAME)) {
            throw tokens.error("can't assign to " + tokens.current().description());
        }
        String name = name();
        if (mayBeAttribute && tokens.skipOperator(".")) {
            return new Target.NamespaceAttribute(
                    name, tokens.expect(TokenType.NAME).text());
        }
        return new Target.Variable(name);
    }

    /** A name that may be assigned to. */
    String name() {
        String name = tokens.expect(TokenType.NAME).text();
        if (PrimaryParser.constant(name) != null) {
            throw tokens.error("can't assign to '" + name + "'");
        }
        specialNames.assigned(name);
        return name;
    }
}
