package dev.molink.gateway.generation;

import org.jspecify.annotations.Nullable;

/**
 * Text that one choice gained.
 *
 * @param index of the choice in the answer: prompt × n + choice of that prompt
 * @param finishReason OpenAI's word, with the last text of the choice; null before
 */
public record Delta(int index, String text, @Nullable String finishReason) {}
