package dev.molink.stagenode.grammar.schema;

/**
 * Where a keyword stands.
 *
 * @param pointer the JSON pointer of the schema that holds it; empty: the whole document
 * @param keyword its name; empty: the schema itself
 */
record Place(String pointer, String keyword) {

    SchemaRefusedException refuse(SchemaRefusedException.Reason reason, String detail) {
        return new SchemaRefusedException(reason, keyword, pointer, detail);
    }

    SchemaRefusedException malformed(String detail) {
        return refuse(SchemaRefusedException.Reason.MALFORMED, detail);
    }

    SchemaRefusedException impossible(String detail) {
        return refuse(SchemaRefusedException.Reason.IMPOSSIBLE, detail);
    }

    SchemaRefusedException unsupported(String detail) {
        return refuse(SchemaRefusedException.Reason.UNSUPPORTED, detail);
    }

    SchemaRefusedException tooLarge(String detail) {
        return refuse(SchemaRefusedException.Reason.TOO_LARGE, detail);
    }
}
