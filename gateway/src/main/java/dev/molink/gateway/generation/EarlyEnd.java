package dev.molink.gateway.generation;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Why an answer ended before the model or the request said so. An addition to OpenAI's bodies, under the key {@code molink}.
 *
 * @param endedBy {@code budget}: a hard budget or the prepaid credit is used up
 * @param message a sentence that names it
 */
public record EarlyEnd(@JsonProperty("ended_by") String endedBy, String message) {

    static EarlyEnd byBudget(String message) {
        return new EarlyEnd("budget", message);
    }
}
