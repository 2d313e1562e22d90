package dev.molink.stagenode.execution;

/**
 * Cuts a prefill piece into tiles of rows, so that the first of them can leave the stage while the last ones are still
 * computed. Tiles are nearly equal and, but for the last, whole multiples of {@value #STEP} rows, which is what the
 * kernels' own tiles divide.
 */
record RowTiles(int rows, int tileRows) {

    /** Rows below which a tile would make the kernels read weights more often than they do anyway. */
    static final int LEAST_ROWS = 64;

    private static final int STEP = 16;

    /** Whether a piece makes two tiles or more. */
    static boolean areWorthIt(int rows) {
        return rows >= 2 * LEAST_ROWS;
    }

    static RowTiles of(int rows) {
        int tiles = Math.max(1, rows / LEAST_ROWS);
        int tileRows = Math.ceilDiv(Math.ceilDiv(rows, tiles), STEP) * STEP;
        return new RowTiles(rows, Math.min(rows, tileRows));
    }

    /** The row behind the tile that starts at {@code first}. */
    int end(int first) {
        return Math.min(first + tileRows, rows);
    }
}
