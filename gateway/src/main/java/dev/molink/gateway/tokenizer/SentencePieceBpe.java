package dev.molink.gateway.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * SentencePiece's byte-pair encoding: blanks are written {@code ▁}, the two neighbours merge whose joint piece has the
 * highest score, and a character without a piece is spelled in byte tokens.
 *
 * <p>While merging, a character without a piece of its own is the symbol vocabulary size + code point; it can still be
 * part of a longer piece.
 */
final class SentencePieceBpe implements SegmentEncoder {

    static final char BLANK = '\u2581';

    private static final int NO_TOKEN = -1;

    private final Map<String, Integer> idByPiece;
    private final int[] idByByte;
    private final int unknownId;
    private final boolean addsSpacePrefix;
    private final int vocabularySize;
    private final MergeTable merges = new MergeTable();

    /**
     * @param idByPiece the normal pieces
     * @param scores by id
     * @param idByByte the byte tokens, -1 where there is none
     */
    SentencePieceBpe(
            Map<String, Integer> idByPiece, float[] scores, int[] idByByte, int unknownId, boolean addsSpacePrefix) {
        this.idByPiece = idByPiece;
        this.idByByte = idByByte;
        this.unknownId = unknownId;
        this.addsSpacePrefix = addsSpacePrefix;
        this.vocabularySize = scores.length;
        float[] ranking = ranking(scores);
        idByPiece.forEach((piece, id) -> putMerges(piece, id, rank(ranking, scores[id])));
    }

    @Override
    public void encode(String segment, IdBuffer ids) {
        String spelled = (addsSpacePrefix ? BLANK + segment : segment).replace(' ', BLANK);
        PairMerger merger = new PairMerger(merges);
        for (int at = 0; at < spelled.length(); at = spelled.offsetByCodePoints(at, 1)) {
            merger.add(symbol(spelled.codePointAt(at)));
        }
        int count = merger.merge();
        boolean unknownBefore = false;
        for (int at = 0; at < count; at++) {
            unknownBefore = emit(merger.symbol(at), unknownBefore, ids);
        }
    }

    /** Appends the ids of {@code symbol}; answers whether it was unknown. Unknown characters in a row are one id. */
    private boolean emit(int symbol, boolean unknownBefore, IdBuffer ids) {
        if (symbol < vocabularySize) {
            ids.add(symbol);
            return false;
        }
        byte[] bytes = Character.toString(symbol - vocabularySize).getBytes(StandardCharsets.UTF_8);
        for (byte value : bytes) {
            if (idByByte[Byte.toUnsignedInt(value)] == NO_TOKEN) {
                if (!unknownBefore) {
                    ids.add(unknownId);
                }
                return true;
            }
        }
        for (byte value : bytes) {
            ids.add(idByByte[Byte.toUnsignedInt(value)]);
        }
        return false;
    }

    private int symbol(int codePoint) {
        Integer id = idByPiece.get(Character.toString(codePoint));
        return id == null ? vocabularySize + codePoint : id;
    }

    private void putMerges(String piece, int id, int rank) {
        for (int cut = piece.offsetByCodePoints(0, 1); cut < piece.length(); cut = piece.offsetByCodePoints(cut, 1)) {
            int left = symbolOf(piece.substring(0, cut));
            int right = symbolOf(piece.substring(cut));
            if (left != NO_TOKEN && right != NO_TOKEN) {
                merges.put(left, right, rank, id);
            }
        }
    }

    private int symbolOf(String part) {
        if (part.codePointCount(0, part.length()) == 1) {
            return symbol(part.codePointAt(0));
        }
        return idByPiece.getOrDefault(part, NO_TOKEN);
    }

    /** The distinct negated scores, ascending, so that the best one comes first. */
    private static float[] ranking(float[] scores) {
        float[] ranking = new float[scores.length];
        for (int id = 0; id < scores.length; id++) {
            ranking[id] = 0 - scores[id];
        }
        Arrays.sort(ranking);
        int distinct = 0;
        for (float score : ranking) {
            if (distinct == 0 || ranking[distinct - 1] != score) {
                ranking[distinct++] = score;
            }
        }
        return Arrays.copyOf(ranking, distinct);
    }

    private static int rank(float[] ranking, float score) {
        return Arrays.binarySearch(ranking, 0 - score);
    }
}
