package dev.molink.stagenode.simulation;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The devices that can be simulated. Bandwidth, tensor rate and memory size are those of the vendors' data sheets; what a
 * step reaches of them, and what a launch costs, are assumptions of ours. docs/simulated-devices.md has the sources.
 */
public final class DeviceProfiles {

    /** Part of a memory's bandwidth that reading weights and KV reaches. */
    static final double MEMORY_EFFICIENCY = 0.85;

    /** Part of a device's dense tensor rate that the matrix products of a long prefill reach. */
    static final double COMPUTE_EFFICIENCY = 0.6;

    private static final long GPU_LAYER_NANOS = 15_000;
    private static final long GPU_STEP_NANOS = 300_000;
    private static final long CPU_LAYER_NANOS = 5_000;
    private static final long CPU_STEP_NANOS = 50_000;

    private static final List<DeviceProfile> ALL = List.of(
            gpu("rtx3090", 936, 71, 24),
            gpu("rtx4090", 1008, 165.2, 24),
            gpu("l4", 300, 121, 24),
            gpu("a100-80g", 2039, 312, 80),
            gpu("h100", 3350, 989.4, 80),
            gpu("h200", 4800, 989.4, 141),
            profile("cpu-2core", 20, 0.15, 16, CPU_LAYER_NANOS, CPU_STEP_NANOS));

    private DeviceProfiles() {}

    /**
     * A device by its name.
     *
     * @throws IllegalArgumentException that lists the names if there is no such device
     */
    public static DeviceProfile of(String name) {
        return ALL.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "no simulated device '%s' is known; allowed: %s".formatted(name, names())));
    }

    /** All devices. */
    public static List<DeviceProfile> all() {
        return ALL;
    }

    private static String names() {
        return ALL.stream().map(DeviceProfile::name).collect(Collectors.joining(", "));
    }

    private static DeviceProfile gpu(String name, double gigabytesPerSecond, double teraflops, int gigabytes) {
        return profile(name, gigabytesPerSecond, teraflops, gigabytes, GPU_LAYER_NANOS, GPU_STEP_NANOS);
    }

    private static DeviceProfile profile(
            String name, double gigabytesPerSecond, double teraflops, int gigabytes, long layerNanos, long stepNanos) {
        return new DeviceProfile(
                name,
                MEMORY_EFFICIENCY * gigabytesPerSecond * 1e9,
                COMPUTE_EFFICIENCY * teraflops * 1e12,
                gigabytes * 1_000_000_000L,
                layerNanos,
                stepNanos);
    }
}
