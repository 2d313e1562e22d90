package dev.molink.gateway.auth;

import dev.molink.controlplane.keys.KeyScope;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ClientAddresses;
import dev.molink.gateway.http.ErrorCode;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Checks the part of a key's scope that shows before the body is read: the endpoint and the address. */
@Component
final class ScopeCheck {

    private final ClientAddresses addresses;

    ScopeCheck(ClientAddresses addresses) {
        this.addresses = addresses;
    }

    /** Why the key must not be used for this request; empty when it may. */
    Optional<ApiException> refusal(HttpServletRequest request, KeyScope scope) {
        if (!scope.allowsPath(request.getRequestURI())) {
            return Optional.of(ApiException.of(
                    ErrorCode.FORBIDDEN,
                    "This API key may not be used for this endpoint; it allows %s."
                            .formatted(words(scope.endpoints()))));
        }
        if (scope.ipRanges().isEmpty()) {
            return Optional.empty();
        }
        InetAddress address = addresses.of(request);
        return scope.allowsAddress(address)
                ? Optional.empty()
                : Optional.of(ApiException.of(
                        ErrorCode.FORBIDDEN,
                        "This API key may not be used from %s; it allows %s."
                                .formatted(address.getHostAddress(), words(scope.ipRanges()))));
    }

    private static String words(List<?> allowed) {
        return String.join(", ", allowed.stream().map(Object::toString).toList());
    }
}
