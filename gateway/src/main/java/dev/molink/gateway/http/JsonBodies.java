package dev.molink.gateway.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads request bodies: bounded in size before and after decompression, JSON, and an object. */
@Component
public final class JsonBodies {

    /** Longer names are none of ours, and nothing to repeat. */
    private static final int MAX_FIELD_NAME = 64;

    private final JsonMapper mapper;
    private final int maxBytes;

    JsonBodies(JsonMapper mapper, HttpSettings settings) {
        this.mapper = mapper;
        this.maxBytes = Math.toIntExact(settings.maxBody().toBytes());
    }

    /** The body of a request whose media type must be JSON. */
    public ObjectNode read(HttpServletRequest request) {
        requireJson(request.getContentType());
        return readAnyType(request);
    }

    /** The body as JSON, whatever media type it claims; plain {@code curl -d} claims a form. */
    public ObjectNode readAnyType(HttpServletRequest request) {
        if (request.getContentLengthLong() > maxBytes) {
            throw tooLarge();
        }
        byte[] bytes = bytes(request);
        JsonNode body = parse(bytes);
        if (body instanceof ObjectNode object) {
            return object;
        }
        throw ApiException.of(
                ErrorCode.INVALID_TYPE,
                "The body must be a JSON object, but it is %s.".formatted(JsonTypes.withArticle(body)));
    }

    private static void requireJson(@Nullable String contentType) {
        String type =
                contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!type.equals("application/json") && !type.endsWith("+json")) {
            throw ApiException.of(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    "The body must be sent with Content-Type application/json%s."
                            .formatted(type.isEmpty() ? ", but the header is missing" : ""));
        }
    }

    private byte[] bytes(HttpServletRequest request) {
        try (InputStream in = decoded(request)) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw tooLarge();
            }
            return bytes;
        } catch (ZipException | EOFException broken) {
            throw ApiException.of(ErrorCode.BAD_REQUEST, "The body is not complete or not valid gzip.");
        } catch (IOException broken) {
            throw ApiException.of(ErrorCode.BAD_REQUEST, "The body ended before it was complete.");
        }
    }

    private static InputStream decoded(HttpServletRequest request) throws IOException {
        String encoding = request.getHeader("Content-Encoding");
        if (encoding == null || encoding.equalsIgnoreCase("identity")) {
            return request.getInputStream();
        }
        if (encoding.equalsIgnoreCase("gzip")) {
            return new GZIPInputStream(request.getInputStream());
        }
        throw ApiException.of(
                ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The body's Content-Encoding must be gzip or identity.");
    }

    private JsonNode parse(byte[] bytes) {
        if (bytes.length == 0) {
            throw ApiException.of(ErrorCode.INVALID_JSON, "The body is empty; it must be a JSON object.");
        }
        try (JsonParser parser = mapper.createParser(bytes)) {
            return read(parser);
        } catch (JacksonException broken) {
            // Jackson's own message can quote the body, which may be a prompt.
            String where = broken.getLocation() == null
                    ? ""
                    : " (line %d, column %d)"
                            .formatted(
                                    broken.getLocation().getLineNr(),
                                    broken.getLocation().getColumnNr());
            throw ApiException.of(ErrorCode.INVALID_JSON, "The body is not valid JSON%s.".formatted(where));
        }
    }

    private JsonNode read(JsonParser parser) {
        try {
            return mapper.reader().readTree(parser);
        } catch (StreamConstraintsException tooMuch) {
            throw beyondLimits(parser.streamReadContext());
        }
    }

    /** Valid JSON, as far as it was read, but more than the parser takes. */
    private ApiException beyondLimits(TokenStreamContext place) {
        StreamReadConstraints limits = mapper.tokenStreamFactory().streamReadConstraints();
        String reason =
                "it is nested deeper than %d levels, or has a number of more than %d digits or a name of more than %d bytes."
                        .formatted(limits.getMaxNestingDepth(), limits.getMaxNumberLength(), limits.getMaxNameLength());
        String field = field(place);
        return field == null
                ? ApiException.of(ErrorCode.INVALID_VALUE, "Invalid body: " + reason)
                : ApiException.field(ErrorCode.INVALID_VALUE, field, "Invalid '%s': %s".formatted(field, reason));
    }

    /** The body's own field that holds the place; null outside of any. */
    private static @Nullable String field(TokenStreamContext place) {
        String name = null;
        for (TokenStreamContext at = place; at != null; at = at.getParent()) {
            name = at.currentName() == null ? name : at.currentName();
        }
        return name != null && name.length() <= MAX_FIELD_NAME ? name : null;
    }

    private ApiException tooLarge() {
        return ApiException.of(
                ErrorCode.BODY_TOO_LARGE,
                "The body is larger than %d bytes, the most that this server takes.".formatted(maxBytes));
    }
}
