package dev.molink.stagenode.transmit;

/** A number for each class that goes up and down. */
final class ClassCounts {

    private final long[] counts = new long[TransmitClass.values().length];

    void add(TransmitClass kind, long difference) {
        counts[kind.ordinal()] += difference;
    }

    long of(TransmitClass kind) {
        return counts[kind.ordinal()];
    }

    TransmitFigures.PerClass perClass() {
        return new TransmitFigures.PerClass(
                of(TransmitClass.CONTROL), of(TransmitClass.DECODE), of(TransmitClass.PREFILL));
    }
}
