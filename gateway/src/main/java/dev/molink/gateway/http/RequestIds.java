package dev.molink.gateway.http;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** Draws request ids: {@code req_} and 128 random bits, so that no two gateways ever choose the same. */
@Component
public final class RequestIds implements Supplier<String> {

    private static final int ID_BYTES = 16;

    private final SecureRandom random = new SecureRandom();

    @Override
    public String get() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return "req_" + HexFormat.of().formatHex(bytes);
    }
}
