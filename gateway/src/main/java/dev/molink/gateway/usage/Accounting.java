package dev.molink.gateway.usage;

import com.google.protobuf.ByteString;
import dev.molink.gateway.auth.ApiCaller;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What travels with a request to its head and comes back in its report: enough to write the usage record in a gateway that
 * never saw the request. Small JSON, versioned.
 *
 * @param endUser the tenant's own label for whom it serves; null: none was given
 * @param serviceTier how urgent it is, in OpenAI's words; null: an older gateway's request
 * @param priceRuleId the price rule that held at its admission; null: its project is not billed
 * @param coveredTokens the most generated tokens that its lease may ever cover, never are more charged; null: it has no lease
 * @param acceptedAt when the gateway took it, by its own clock; null: an older gateway's request
 */
public record Accounting(
        int version,
        String apiKeyId,
        String projectId,
        String organizationId,
        String endpoint,
        boolean stream,
        @Nullable String endUser,
        @Nullable String serviceTier,
        @Nullable String priceRuleId,
        @Nullable Long coveredTokens,
        @Nullable Instant acceptedAt) {

    private static final int VERSION = 2;
    /** Requests that ran while the gateway was updated: without an end user and a price. */
    private static final int OLDEST = 1;

    public static Accounting of(
            ApiCaller caller,
            String endpoint,
            boolean stream,
            @Nullable String endUser,
            String serviceTier,
            @Nullable String priceRuleId,
            Instant acceptedAt) {
        return new Accounting(
                VERSION,
                caller.apiKeyId(),
                caller.projectId(),
                caller.organizationId(),
                endpoint,
                stream,
                endUser,
                serviceTier,
                priceRuleId,
                null,
                acceptedAt);
    }

    /** The same for a request whose lease covers at most {@code tokens} generated ones, over all choices. */
    public Accounting covering(long tokens) {
        return new Accounting(
                version,
                apiKeyId,
                projectId,
                organizationId,
                endpoint,
                stream,
                endUser,
                serviceTier,
                priceRuleId,
                tokens,
                acceptedAt);
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

        /** Empty when the bytes are no accounting of a version that it knows. */
        Optional<Accounting> decode(ByteString bytes) {
            try {
                return Optional.of(mapper.readValue(bytes.toByteArray(), Accounting.class))
                        .filter(accounting -> accounting.version() >= OLDEST && accounting.version() <= VERSION);
            } catch (JacksonException garbled) {
                return Optional.empty();
            }
        }
    }
}
