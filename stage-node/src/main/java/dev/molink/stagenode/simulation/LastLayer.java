package dev.molink.stagenode.simulation;

/**
 * How a stage computes the last layer of a prefill piece: in tiles of rows, which leave one after another while the rest
 * is computed. All tiles together take as long as the piece at once: on most profiles about 128 rows are enough for a
 * layer's products to take longer than reading its weights.
 *
 * @param rows of the piece
 * @param layers of the stage, which take equally long
 * @param stepNanos that the step takes in all
 */
public record LastLayer(int rows, int layers, long stepNanos) {

    private static final int TILE_ROWS = 128;

    /** Tiles of the piece, at least one unless it has no rows. */
    public int tiles() {
        return Math.ceilDiv(rows, TILE_ROWS);
    }

    /** The row behind the tile before {@code tile}, which counts from 0: the first row of that tile. */
    public int firstRow(int tile) {
        return Math.min(rows, tile * TILE_ROWS);
    }

    /** Nanoseconds from the beginning of the step until a tile's rows are final. */
    public long finalNanos(int tile) {
        long layerNanos = stepNanos / layers;
        return stepNanos - layerNanos + Math.round((double) layerNanos * firstRow(tile + 1) / rows);
    }
}
