package dev.molink.stagenode.transmit;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** In which order a link's messages go, as option {@code --transmit-policy} says it. */
public enum TransmitPolicy {
    /** Whole messages in order, as pipeline-parallel engines usually send. */
    FIFO,
    /** Every message at once as a call of its own, as MoLink's public code does. */
    CONCURRENT,
    /** The two algorithms of the MoLink paper as far as they are published. */
    MOLINK,
    /** Ours: decode before prefill, in small frames, with a floor for prefill and a bounded amount under way. */
    FAIR;

    /**
     * Reads {@code fifo}, {@code concurrent}, {@code molink} or {@code fair}.
     *
     * @throws IllegalArgumentException that names what is allowed
     */
    public static TransmitPolicy parse(String text) {
        for (TransmitPolicy policy : values()) {
            if (policy.toString().equals(text)) {
                return policy;
            }
        }
        throw new IllegalArgumentException("transmit policy '%s' is unknown; allowed: %s"
                .formatted(
                        text,
                        Arrays.stream(values()).map(TransmitPolicy::toString).collect(Collectors.joining(", "))));
    }

    /** As flags and metrics write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
