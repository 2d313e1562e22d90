package dev.molink.stagenode.batching;

/**
 * What the head has to do at a moment.
 *
 * @param waiting sequences without KV blocks
 * @param running sequences with KV blocks
 * @param prefilling whether steps with pieces of prompts are in flight
 * @param decodedTokens of decode and verify steps since the formation
 */
public record Load(int waiting, int running, boolean prefilling, long decodedTokens) {

    public Load {
        if (waiting < 0 || running < 0 || decodedTokens < 0) {
            throw new IllegalArgumentException(
                    "%d sequences wait and %d run, which decoded %d tokens".formatted(waiting, running, decodedTokens));
        }
    }

    int sequences() {
        return waiting + running;
    }
}
