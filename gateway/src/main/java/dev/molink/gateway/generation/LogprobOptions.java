package dev.molink.gateway.generation;

import org.jspecify.annotations.Nullable;

/**
 * Which log-probabilities an answer shows.
 *
 * @param top likeliest alternatives at each generated id, 0 to 20; null: no log-probabilities
 * @param prompt the same at each id of the prompt, shown apart from the text; null: none
 * @param echo whether the prompt stands in front of each choice, with its log-probabilities where there are any
 * @param field the body's field that asked for {@code top}, for messages
 */
public record LogprobOptions(
        @Nullable Integer top, @Nullable Integer prompt, boolean echo, String field) {

    public static final int MAX_TOP = 20;
    public static final LogprobOptions NONE = new LogprobOptions(null, null, false, "logprobs");

    public boolean scored() {
        return top != null;
    }

    /** What the head must tell of the prompt; null: nothing. */
    @Nullable
    Integer promptTop() {
        if (!echo || top == null) {
            return prompt;
        }
        return prompt == null ? top : Integer.valueOf(Math.max(top, prompt));
    }
}
