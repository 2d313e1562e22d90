package dev.molink.gateway.template.syntax;

/** What a piece of the source is. */
enum TokenType {
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

    TokenType(String description) {
        this.description = description;
    }

    String description() {
        return description;
    }
}
