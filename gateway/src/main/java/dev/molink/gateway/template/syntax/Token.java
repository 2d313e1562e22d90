package dev.molink.gateway.template.syntax;

/**
 * A piece of the source.
 *
 * @param type what it is
 * @param text its text; of a string literal the text it stands for
 * @param line where it starts, counted from 1
 */
record Token(Type type, String text, int line) {
    enum Type {
        TEXT("template text"),
        PRINT_BEGIN("begin of print statement"),
        PRINT_END("end of print statement"),
        TAG_BEGIN("begin of statement block"),
        TAG_END("end of statement block"),
        NAME("name"),
        STRING("string"),
        INTEGER("integer"),
        FLOAT("float"),
        OPERATOR("operator"),
        END("end of template");

        private final String description;

        Type(String description) {
            this.description = description;
        }

        String description() {
            return description;
        }
    }

    boolean is(Type wanted) {
        return type == wanted;
    }

    boolean isOperator(String symbol) {
        return type == Type.OPERATOR && text.equals(symbol);
    }

    boolean isName(String name) {
        return type == Type.NAME && text.equals(name);
    }

    /** How a message calls it. */
    String description() {
        return type == Type.NAME || type == Type.OPERATOR ? "'" + text + "'" : type.description();
    }
}
