package dev.molink.stagenode.transmit;

/**
 * What a queue did so far and holds now.
 *
 * @param busyNanos that the wire carried something, as far as acknowledgements show
 * @param sent bytes that went, repeats included
 * @param repeatedBytes that went again
 * @param waiting messages of which something did not go yet
 * @param waitingBytes that did not go yet, of those messages
 * @param unacknowledgedBytes that went and of which nothing was heard
 * @param decodeWaitP50Nanos from a decode message's being added to the departure of its last frame; of the last 1024
 * @param frameBytes the longest frame that would go now
 * @param windowBytes that prefill may have under way, but for one frame; 0: the policy has no window
 */
public record TransmitFigures(
        long busyNanos,
        PerClass sent,
        long repeatedBytes,
        PerClass waiting,
        PerClass waitingBytes,
        PerClass unacknowledgedBytes,
        long decodeWaitP50Nanos,
        long decodeWaitP99Nanos,
        long frameBytes,
        long windowBytes) {

    /** One number for each class. */
    public record PerClass(long control, long decode, long prefill) {

        public long total() {
            return control + decode + prefill;
        }
    }
}
