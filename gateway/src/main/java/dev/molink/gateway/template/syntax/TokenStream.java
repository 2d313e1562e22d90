package dev.molink.gateway.template.syntax;

import dev.molink.gateway.template.failure.TemplateSyntaxException;
import java.util.List;

/** The tokens from the current one on. */
final class TokenStream {
    private static final int MAX_NESTING = 120;

    private final List<Token> tokens;
    private int position;
    private int nesting;

    /** {@code tokens} ends with {@link TokenType#END}. */
    TokenStream(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token current() {
        return tokens.get(position);
    }

    Token following() {
        return tokens.get(Math.min(position + 1, tokens.size() - 1));
    }

    /** The current token; the stream goes on to the next. */
    Token next() {
        Token token = current();
        if (!token.is(TokenType.END)) {
            position++;
        }
        return token;
    }

    boolean skipOperator(String symbol) {
        return skipIf(current().isOperator(symbol));
    }

    boolean skipName(String name) {
        return skipIf(current().isName(name));
    }

    private boolean skipIf(boolean matches) {
        if (matches) {
            position++;
        }
        return matches;
    }

    Token expect(TokenType type) {
        if (!current().is(type)) {
            throw unexpected(type.description());
        }
        return next();
    }

    void expectOperator(String symbol) {
        if (!skipOperator(symbol)) {
            throw unexpected("'" + symbol + "'");
        }
    }

    void expectName(String name) {
        if (!skipName(name)) {
            throw unexpected("'" + name + "'");
        }
    }

    TemplateSyntaxException unexpected(String expected) {
        return error("expected " + expected + ", got " + current().description());
    }

    TemplateSyntaxException error(String message) {
        return new TemplateSyntaxException(current().line(), message);
    }

    /** Guards the parser's own stack. */
    void enter() {
        if (++nesting > MAX_NESTING) {
            throw error("nested more than " + MAX_NESTING + " deep");
        }
    }

    void leave() {
        nesting--;
    }
}
