package dev.molink.gateway.generation;

import java.util.Arrays;
import java.util.List;

/**
 * One prompt of a request.
 *
 * @param text as the client gave it; for a prompt of ids, their text
 */
public record Prompt(String text, List<Integer> ids) {

    public Prompt {
        ids = List.copyOf(ids);
    }

    public static Prompt of(String text, int[] ids) {
        return new Prompt(text, Arrays.stream(ids).boxed().toList());
    }

    @Override
    public String toString() {
        return "Prompt[%d ids]".formatted(ids.size());
    }
}
