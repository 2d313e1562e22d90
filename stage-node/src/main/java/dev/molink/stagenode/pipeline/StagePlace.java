package dev.molink.stagenode.pipeline;

/** Which stage of which formation a node is. */
public record StagePlace(long epoch, int index, int stages) {

    public StagePlace {
        if (index < 0 || index >= stages) {
            throw new IllegalArgumentException("stage %d of %d is no place in a pipeline".formatted(index, stages));
        }
    }

    public boolean isFirst() {
        return index == 0;
    }

    public boolean isLast() {
        return index == stages - 1;
    }
}
