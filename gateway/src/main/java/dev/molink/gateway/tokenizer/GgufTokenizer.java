package dev.molink.gateway.tokenizer;

import dev.molink.gateway.tokenizer.AddedTokens.Match;

/** A tokenizer from the vocabulary of a GGUF file. */
final class GgufTokenizer implements Tokenizer {

    private final TokenTable table;
    private final AddedTokens addedTokens;
    private final SegmentEncoder encoder;
    private final Joining joining;
    private final int[] before;
    private final int[] after;

    GgufTokenizer(
            TokenTable table,
            AddedTokens addedTokens,
            SegmentEncoder encoder,
            Joining joining,
            int[] before,
            int[] after) {
        this.table = table;
        this.addedTokens = addedTokens;
        this.encoder = encoder;
        this.joining = joining;
        this.before = before.clone();
        this.after = after.clone();
    }

    @Override
    public int[] encode(String text, boolean addSpecialTokens) {
        IdBuffer ids = new IdBuffer();
        if (addSpecialTokens) {
            ids.addAll(before);
        }
        encode(WellFormedText.of(text), ids);
        if (addSpecialTokens) {
            ids.addAll(after);
        }
        return ids.toArray();
    }

    @Override
    public IncrementalDetokenizer detokenizer(boolean skipSpecialTokens) {
        return joining.detokenizer(table, skipSpecialTokens);
    }

    @Override
    public int vocabularySize() {
        return table.vocabularySize();
    }

    @Override
    public boolean isSpecial(int id) {
        return table.isSpecial(id);
    }

    @Override
    public byte[] tokenBytes(int id) {
        return table.bytes(id).clone();
    }

    private void encode(String text, IdBuffer ids) {
        int from = 0;
        while (from < text.length()) {
            Match match = addedTokens.next(text, from);
            if (match.start() > from) {
                encoder.encode(text.substring(from, match.start()), ids);
            }
            if (match.end() > match.start()) {
                ids.add(match.id());
            }
            from = match.end();
        }
    }
}
