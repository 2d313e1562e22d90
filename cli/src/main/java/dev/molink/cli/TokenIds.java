package dev.molink.cli;

import java.util.Arrays;
import java.util.List;

/** Token ids on a command line: {@code 1,2,3}. */
final class TokenIds {

    private TokenIds() {}

    static List<Integer> parse(String text) {
        try {
            return Arrays.stream(text.split(",", -1))
                    .map(String::strip)
                    .map(Integer::valueOf)
                    .toList();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "--tokens '%s': numbers with commas between them are expected, such as 1,2,3".formatted(text), e);
        }
    }

    static void requireWithin(List<Integer> tokenIds, int vocabularySize) {
        for (int tokenId : tokenIds) {
            if (tokenId < 0 || tokenId >= vocabularySize) {
                throw new IllegalArgumentException(
                        "--tokens: %d is outside the vocabulary, 0 … %d".formatted(tokenId, vocabularySize - 1));
            }
        }
    }
}
