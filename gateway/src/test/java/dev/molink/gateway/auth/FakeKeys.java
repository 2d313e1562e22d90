package dev.molink.gateway.auth;

import java.util.Optional;
import org.springframework.stereotype.Component;

@Component
final class FakeKeys implements ApiKeys {
    @Override
    public Optional<ApiCaller> verify(String presentedKey) {
        return presentedKey.equals("test-key") ? Optional.of(new ApiCaller("k", "p", "o")) : Optional.empty();
    }
}
