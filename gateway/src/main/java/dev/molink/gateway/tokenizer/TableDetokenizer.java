package dev.molink.gateway.tokenizer;

/** Text of ids whose bytes stand in a table: byte-level and SentencePiece BPE. */
final class TableDetokenizer implements IncrementalDetokenizer {

    private final TokenTable table;
    private final boolean skipSpecialTokens;
    private final Utf8Assembler assembler;
    private final StringBuilder text = new StringBuilder();
    private boolean leadingSpaceDue;

    TableDetokenizer(TokenTable table, boolean skipSpecialTokens, boolean stripLeadingSpace, Utf8Assembler assembler) {
        this.table = table;
        this.skipSpecialTokens = skipSpecialTokens;
        this.leadingSpaceDue = stripLeadingSpace;
        this.assembler = assembler;
    }

    @Override
    public String accept(int id) {
        byte[] bytes = table.bytes(id);
        if (bytes.length == 0 || (skipSpecialTokens && table.isSpecial(id))) {
            return "";
        }
        if (!table.isFragment(id)) {
            assembler.flush(text);
        }
        assembler.append(bytes, text);
        return take();
    }

    @Override
    public String flush() {
        assembler.flush(text);
        return take();
    }

    private String take() {
        if (text.isEmpty()) {
            return "";
        }
        int start = leadingSpaceDue && text.charAt(0) == ' ' ? 1 : 0;
        leadingSpaceDue = false;
        String taken = text.substring(start);
        text.setLength(0);
        return taken;
    }
}
