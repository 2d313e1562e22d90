package dev.molink.bench.fleet;

/**
 * Hidden states that leave a stage.
 *
 * @param rowBytes of one row on the wire
 * @param tileRows rows of a tile in which the last layer is computed
 * @param layers of the stage, which take equally long
 */
record HiddenRows(long rowBytes, int tileRows, int layers) {

    long bytes(int rows) {
        return rows * rowBytes;
    }

    int tiles(int rows) {
        return Math.ceilDiv(rows, tileRows);
    }

    /** Rows that are final after so many tiles. */
    int rowsAfter(int tiles, int rows) {
        return Math.min(rows, tiles * tileRows);
    }

    /** When a tile, from 1 on, is final, of a step that takes {@code stepNanos}. */
    long finalNanos(int tile, int tiles, long stepNanos) {
        long lastLayer = stepNanos / layers;
        return stepNanos - lastLayer + Math.round((double) lastLayer * tile / tiles);
    }
}
