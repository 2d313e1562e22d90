package dev.molink.controlplane.usage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a request ended.
 *
 * @param finishReasons one per choice
 * @param failureCode null unless the request failed
 */
public record UsageEnding(
        List<String> finishReasons, @Nullable String failureCode) {

    public UsageEnding {
        finishReasons = List.copyOf(finishReasons);
    }

    /** That of a request which did not fail, with the reason of each choice. */
    public static UsageEnding of(String... finishReasons) {
        return new UsageEnding(List.of(finishReasons), null);
    }
}
