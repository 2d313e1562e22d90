package dev.molink.gateway.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * An event of which only one text changes. What precedes and follows the text is made once, so that a token costs the
 * escaping of its own text and no more. Its bytes are those that the whole event would be written as.
 */
public final class PreparedEvent {

    /** Stands for the text; of a plane that no text of a model's is in, and never escaped. */
    public static final String PLACE = "\uE000\uE001";

    private static final String QUOTED = '"' + PLACE + '"';

    private final byte[] before;
    private final byte[] after;

    private PreparedEvent(byte[] before, byte[] after) {
        this.before = before;
        this.after = after;
    }

    /** Null when the text's place does not occur exactly once. */
    static @Nullable PreparedEvent of(String start, String json, String end) {
        int place = json.indexOf(QUOTED);
        if (place < 0 || json.indexOf(PLACE, place + QUOTED.length()) >= 0 || json.indexOf(PLACE) != place + 1) {
            return null;
        }
        return new PreparedEvent(
                (start + json.substring(0, place + 1)).getBytes(StandardCharsets.UTF_8),
                (json.substring(place + QUOTED.length() - 1) + end).getBytes(StandardCharsets.UTF_8));
    }

    void write(OutputStream out, String text) throws IOException {
        out.write(before);
        out.write(JsonStringEncoder.getInstance().quoteAsUTF8(text));
        out.write(after);
    }
}
