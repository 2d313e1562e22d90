package dev.molink.gateway.generation;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.admission.Lease;
import org.jspecify.annotations.Nullable;

/**
 * Why an answer ended before the model or the request said so. An addition to OpenAI's bodies, under the key {@code molink}.
 *
 * @param endedBy {@code budget}: a hard budget or the prepaid credit is used up; {@code database_unavailable}: nobody can
 *     tell whether it is; {@code server_stopping}
 * @param message a sentence that says so
 */
public record EarlyEnd(@JsonProperty("ended_by") String endedBy, String message) {

    /** @param refusal null where the lease names none; then the budget that it covers is over */
    static EarlyEnd of(Lease.@Nullable Refusal refusal) {
        return refusal == null
                ? new EarlyEnd(word(Lease.Cause.BUDGET), "")
                : new EarlyEnd(word(refusal.cause()), refusal.sentence());
    }

    private static String word(Lease.Cause cause) {
        return switch (cause) {
            case BUDGET -> "budget";
            case DATABASE_UNAVAILABLE -> "database_unavailable";
            case STOPPING -> "server_stopping";
        };
    }
}
