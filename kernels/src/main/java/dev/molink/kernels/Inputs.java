package dev.molink.kernels;

/**
 * The right-hand side of a matrix product: f32 rows {@code [rows, columns]}, row-major, and room for a provider's own
 * arrangements of them.
 */
final class Inputs {

    private float[] values = new float[0];
    private float[] packed = new float[0];
    private float[] spaced = new float[0];
    private int rows;
    private int columns;

    void set(float[] newValues, int newRows, int newColumns) {
        values = newValues;
        rows = newRows;
        columns = newColumns;
    }

    float[] values() {
        return values;
    }

    int rows() {
        return rows;
    }

    int columns() {
        return columns;
    }

    float[] packed() {
        return packed;
    }

    float[] packed(int elements) {
        if (packed.length < elements) {
            packed = new float[elements];
        }
        return packed;
    }

    float[] spaced() {
        return spaced;
    }

    float[] spaced(int elements) {
        if (spaced.length < elements) {
            spaced = new float[elements];
        }
        return spaced;
    }
}
