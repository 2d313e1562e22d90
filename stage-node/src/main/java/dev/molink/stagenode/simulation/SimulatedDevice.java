package dev.molink.stagenode.simulation;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code --device sim:NAME} asks for.
 *
 * @param tensors that a stage hands on for each row: 1, or 2 for an engine that sends residual and hidden state apart, as
 *     the published systems do; then written {@code sim:NAME,tensors=2}
 */
public record SimulatedDevice(DeviceProfile profile, int tensors) {

    /** What {@code --device} writes before a profile's name. */
    private static final String PREFIX = "sim:";

    private static final Pattern FORM = Pattern.compile("([^,]*)(?:,tensors=([12]))?");

    public SimulatedDevice {
        if (tensors < 1 || tensors > 2) {
            throw new IllegalArgumentException("a stage hands on 1 or 2 tensors, not %d".formatted(tensors));
        }
    }

    /**
     * Reads what {@code --device} says; empty where it asks for a device that is there.
     *
     * @throws IllegalArgumentException that lists the names if there is no such profile
     */
    public static Optional<SimulatedDevice> parse(String device) {
        if (!device.startsWith(PREFIX)) {
            return Optional.empty();
        }
        Matcher form = FORM.matcher(device.substring(PREFIX.length()));
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "device '%s' is not understood; allowed: sim:NAME or sim:NAME,tensors=2".formatted(device));
        }
        int tensors = form.group(2) == null ? 1 : Integer.parseInt(form.group(2));
        return Optional.of(new SimulatedDevice(DeviceProfiles.of(form.group(1)), tensors));
    }

    /** As {@code --device} writes it. */
    @Override
    public String toString() {
        return PREFIX + profile.name() + (tensors == 1 ? "" : ",tensors=" + tensors);
    }

    /** For logs and the console. */
    public String description() {
        return "simulated %s (%.0f GB/s, %.1f TFLOP/s)"
                .formatted(profile.name(), profile.memoryBytesPerSecond() / 1e9, profile.flopsPerSecond() / 1e12);
    }
}
