package dev.molink.stagenode.batching;

/** Sequences at the head: those without KV blocks, and those with. */
public record Load(int waiting, int running) {

    public Load {
        if (waiting < 0 || running < 0) {
            throw new IllegalArgumentException("%d sequences wait and %d run".formatted(waiting, running));
        }
    }

    int sequences() {
        return waiting + running;
    }
}
