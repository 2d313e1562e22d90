package dev.molink.stagenode.link;

import dev.molink.stagenode.activation.Activation;
import dev.molink.stagenode.transmit.TransmitClass;

/**
 * Rows of a hidden state as the stage computed them.
 *
 * @param kind {@code DECODE} or {@code PREFILL}
 * @param totalRows of the whole hidden state
 * @param firstRow with which {@code values} begins
 * @param values {@code [rows, hiddenSize]} f32, little-endian; belongs to who takes it
 */
record HiddenRows(long stepId, TransmitClass kind, int totalRows, int firstRow, int rows, Activation values) {

    HiddenRows {
        if (firstRow < 0 || rows < 1 || firstRow + rows > totalRows) {
            throw new IllegalArgumentException(
                    "rows %d + %d of step %d are no part of %d rows".formatted(firstRow, rows, stepId, totalRows));
        }
    }

    boolean areAll() {
        return rows == totalRows;
    }
}
