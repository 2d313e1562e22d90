package dev.molink.gateway.http;

import dev.molink.controlplane.keys.IpRange;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits of the HTTP API, and whom it believes.
 *
 * @param maxBody the largest request body, as sent and as decompressed; 1 KB to 1 GB
 * @param trustedProxies addresses and ranges such as {@code 10.0.0.0/8} of the proxies whose {@code X-Forwarded-For} tells
 *     where a request comes from; without any the header counts nothing
 */
@ConfigurationProperties("molink.gateway.http")
public record HttpSettings(
        @DefaultValue("10MB") DataSize maxBody,
        @DefaultValue List<IpRange> trustedProxies) {

    private static final DataSize SMALLEST = DataSize.ofKilobytes(1);
    private static final DataSize LARGEST = DataSize.ofGigabytes(1);

    public HttpSettings {
        trustedProxies = List.copyOf(trustedProxies);
        if (maxBody.compareTo(SMALLEST) < 0 || maxBody.compareTo(LARGEST) > 0) {
            throw new IllegalArgumentException(
                    "molink.gateway.http.max-body must be between 1KB and 1GB, but it is " + maxBody);
        }
    }
}
