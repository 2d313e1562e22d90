package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.value.BytesValue;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.Value;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Python's {@code str.encode} and {@code bytes.decode}. */
final class ByteStrings {
    private static final int MOST_BYTES_PER_UNIT = 3;

    private ByteStrings() {}

    static Value encode(StringValue self, Bound arguments, Rendering rendering) {
        Charset charset = charset(arguments);
        rendering.budget().allocate((long) MOST_BYTES_PER_UNIT * self.text().length());
        try {
            ByteBuffer encoded = charset.newEncoder().encode(CharBuffer.wrap(self.text()));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return new BytesValue(bytes);
        } catch (CharacterCodingException failure) {
            throw unfit(charset, failure);
        }
    }

    static Value decode(BytesValue self, Bound arguments, Rendering rendering) {
        Charset charset = charset(arguments);
        rendering.budget().allocate(self.length());
        try {
            return StringValue.of(
                    charset.newDecoder().decode(ByteBuffer.wrap(self.bytes())).toString());
        } catch (CharacterCodingException failure) {
            throw unfit(charset, failure);
        }
    }

    private static Charset charset(Bound arguments) {
        if (!arguments.text(1, "strict").equals("strict")) {
            throw new TemplateEvaluationException(
                    "encodings are strict, other ways to handle errors are not supported");
        }
        String name = arguments.text(0, "utf-8");
        return switch (name.toLowerCase(Locale.ROOT).replace('_', '-')) {
            case "utf-8", "utf8" -> StandardCharsets.UTF_8;
            case "ascii", "us-ascii" -> StandardCharsets.US_ASCII;
            case "latin-1", "latin1", "iso-8859-1" -> StandardCharsets.ISO_8859_1;
            default -> throw new TemplateEvaluationException("unknown encoding: " + name);
        };
    }

    private static TemplateEvaluationException unfit(Charset charset, CharacterCodingException cause) {
        var failure = new TemplateEvaluationException("the text does not fit the encoding " + charset);
        failure.initCause(cause);
        return failure;
    }
}
