package dev.molink.stagenode.simulation;

/**
 * What a device can do, as far as a roofline asks.
 *
 * @param name such as {@code rtx4090}
 * @param memoryBytesPerSecond that a decode step reaches when it reads weights and KV
 * @param flopsPerSecond that large matrix products reach in the weights' type
 * @param memoryBytes of the device
 * @param layerOverheadNanos of launching one layer, whatever it computes
 * @param stepOverheadNanos of one step besides its layers
 */
public record DeviceProfile(
        String name,
        double memoryBytesPerSecond,
        double flopsPerSecond,
        long memoryBytes,
        long layerOverheadNanos,
        long stepOverheadNanos) {

    public DeviceProfile {
        if (!(memoryBytesPerSecond > 0 && flopsPerSecond > 0) || memoryBytes < 1) {
            throw new IllegalArgumentException("device %s: %s bytes/s, %s FLOP/s and %d bytes compute nothing"
                    .formatted(name, memoryBytesPerSecond, flopsPerSecond, memoryBytes));
        }
    }
}
