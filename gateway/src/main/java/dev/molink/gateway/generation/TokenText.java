package dev.molink.gateway.generation;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A token as answers show it. One whose bytes are cut within a character has no text of its own and is spelled byte by byte,
 * {@code \xe2\x9c}, as OpenAI does, so that different tokens never look the same.
 *
 * @param whole whether the bytes are text by themselves
 * @param bytes 0 to 255 each
 */
public record TokenText(String text, boolean whole, List<Integer> bytes) {

    public TokenText {
        bytes = List.copyOf(bytes);
    }

    static TokenText of(byte[] utf8) {
        List<Integer> bytes = new ArrayList<>(utf8.length);
        for (byte value : utf8) {
            bytes.add(Byte.toUnsignedInt(value));
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
            return new TokenText(text, true, bytes);
        } catch (CharacterCodingException cut) {
            return new TokenText(spelled(bytes), false, bytes);
        }
    }

    private static String spelled(List<Integer> bytes) {
        StringBuilder text = new StringBuilder();
        bytes.forEach(value -> text.append("\\x%02x".formatted(value)));
        return text.toString();
    }
}
