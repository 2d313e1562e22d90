package dev.molink.gateway.template.syntax;

/**
 * A piece of the source.
 *
 * @param type what it is
 * @param text its text; of a string literal the text it stands for
 * @param line where it starts, counted from 1
 */
record Token(TokenType type, String text, int line) {
    boolean is(TokenType wanted) {
        return type == wanted;
    }

    boolean isOperator(String symbol) {
        return type == TokenType.OPERATOR && text.equals(symbol);
    }

    boolean isName(String name) {
        return type == TokenType.NAME && text.equals(name);
    }

    /** How a message calls it. */
    String description() {
        return type == TokenType.NAME || type == TokenType.OPERATOR ? "'" + text + "'" : type.description();
    }
}
