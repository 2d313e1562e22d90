package dev.molink.stagenode.transmit;

/** A number for each class that goes up and down. */
final class ClassCounts {

    private long control;
    private long decode;
    private long prefill;

    void add(TransmitClass kind, long difference) {
        switch (kind) {
            case CONTROL -> control += difference;
            case DECODE -> decode += difference;
            case PREFILL -> prefill += difference;
        }
    }

    long total() {
        return control + decode + prefill;
    }

    long of(TransmitClass kind) {
        return switch (kind) {
            case CONTROL -> control;
            case DECODE -> decode;
            case PREFILL -> prefill;
        };
    }

    TransmitFigures.PerClass perClass() {
        return new TransmitFigures.PerClass(control, decode, prefill);
    }
}
