package dev.molink.gateway.usage;

import com.google.protobuf.ByteString;
import dev.molink.gateway.auth.ApiCaller;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What travels with a request to its head and comes back in its report: enough to write the usage record in a gateway that
 * never saw the request. Small JSON, versioned.
 */
public record Accounting(
        int version, String apiKeyId, String projectId, String organizationId, String endpoint, boolean stream) {

    private static final int VERSION = 1;

    public static Accounting of(ApiCaller caller, String endpoint, boolean stream) {
        return new Accounting(
                VERSION, caller.apiKeyId(), caller.projectId(), caller.organizationId(), endpoint, stream);
    }

    /** Turns accounting into the bytes that nodes carry, and back. */
    @Component
    public static final class Codec {

        private final JsonMapper mapper;

        Codec(JsonMapper mapper) {
            this.mapper = mapper;
        }

        public ByteString encode(Accounting accounting) {
            return ByteString.copyFrom(mapper.writeValueAsBytes(accounting));
        }

        /** Empty when the bytes are no accounting of this version. */
        Optional<Accounting> decode(ByteString bytes) {
            try {
                return Optional.of(mapper.readValue(bytes.toByteArray(), Accounting.class))
                        .filter(accounting -> accounting.version() == VERSION);
            } catch (JacksonException garbled) {
                return Optional.empty();
            }
        }
    }
}
