package dev.molink.gateway.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Byte-pair encoding of the bytes of each word, with merges in the order in which training found them (GPT-2). */
final class ByteLevelBpe implements SegmentEncoder {

    private static final int NO_TOKEN = -1;

    private final PreTokenizer preTokenizer;
    private final Map<String, Integer> idByToken;
    private final int[] idByByte = new int[256];
    private final MergeTable merges = new MergeTable();

    /**
     * @param idByToken tokens in byte symbols
     * @param mergePairs "left right" in byte symbols, the earliest first
     * @param unknownId what stands for a byte without a token, or -1 where that is an error
     */
    ByteLevelBpe(PreTokenizer preTokenizer, Map<String, Integer> idByToken, List<String> mergePairs, int unknownId) {
        this.preTokenizer = preTokenizer;
        this.idByToken = idByToken;
        for (int value = 0; value < idByByte.length; value++) {
            idByByte[value] = idByToken.getOrDefault(String.valueOf(ByteSymbols.symbol((byte) value)), unknownId);
        }
        for (int rank = 0; rank < mergePairs.size(); rank++) {
            putMerge(mergePairs.get(rank), rank);
        }
    }

    @Override
    public void encode(String segment, IdBuffer ids) {
        PairMerger merger = new PairMerger(merges);
        preTokenizer.split(segment, word -> encodeWord(word.getBytes(StandardCharsets.UTF_8), merger, ids));
    }

    private void encodeWord(byte[] word, PairMerger merger, IdBuffer ids) {
        Integer whole = preTokenizer.keepsWholeWords() ? idByToken.get(ByteSymbols.spell(word)) : null;
        if (whole != null) {
            ids.add(whole);
            return;
        }
        for (byte value : word) {
            merger.add(id(value));
        }
        int count = merger.merge();
        for (int at = 0; at < count; at++) {
            ids.add(merger.symbol(at));
        }
    }

    private int id(byte value) {
        int id = idByByte[Byte.toUnsignedInt(value)];
        if (id == NO_TOKEN) {
            throw new TextModelException(
                    "tokenizer.ggml.tokens has no token for the byte 0x%02X of the text, and no unknown token is named"
                            .formatted(value));
        }
        return id;
    }

    private void putMerge(String pair, int rank) {
        int space = pair.indexOf(' ', 1);
        String left = pair.substring(0, Math.max(space, 0));
        String right = pair.substring(space + 1);
        Integer leftId = idByToken.get(left);
        Integer rightId = idByToken.get(right);
        Integer mergedId = idByToken.get(left + right);
        if (leftId == null || rightId == null || mergedId == null) {
            throw new TextModelException(
                    "tokenizer.ggml.merges[%d] is \"%s\"; expected two tokens with one blank between,"
                                    .formatted(rank, pair)
                            + " which together are a token, too");
        }
        merges.put(leftId, rightId, rank, mergedId);
    }
}
