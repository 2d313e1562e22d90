package dev.molink.gateway.auth;

import dev.molink.controlplane.keys.KeyScope;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import jakarta.servlet.http.HttpServletRequest;

/**
 * On whose behalf a request runs.
 *
 * @param sharesPrefixCache whether the project lets others profit from, and perceive, the prefixes of its requests
 * @param billed whether the project's requests need a price and are charged
 * @param scope what the key may be used for; endpoint and address were checked already
 */
public record ApiCaller(
        String apiKeyId,
        String projectId,
        String organizationId,
        boolean sharesPrefixCache,
        boolean billed,
        KeyScope scope) {

    /**
     * The caller whom the filter let in.
     *
     * @throws ApiException when it let in nobody, so that no handler ever answers a stranger
     */
    public static ApiCaller of(HttpServletRequest request) {
        if (request.getAttribute(ApiCaller.class.getName()) instanceof ApiCaller caller) {
            return caller;
        }
        throw ApiException.of(ErrorCode.INVALID_API_KEY, "You didn't provide an API key.");
    }
}
