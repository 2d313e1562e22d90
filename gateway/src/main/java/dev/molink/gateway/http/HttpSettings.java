package dev.molink.gateway.http;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits of the HTTP API.
 *
 * @param maxBody the largest request body, as sent and as decompressed; 1 KB to 1 GB
 */
@ConfigurationProperties("molink.gateway.http")
public record HttpSettings(@DefaultValue("10MB") DataSize maxBody) {

    private static final DataSize SMALLEST = DataSize.ofKilobytes(1);
    private static final DataSize LARGEST = DataSize.ofGigabytes(1);

    public HttpSettings {
        if (maxBody.compareTo(SMALLEST) < 0 || maxBody.compareTo(LARGEST) > 0) {
            throw new IllegalArgumentException(
                    "molink.gateway.http.max-body must be between 1KB and 1GB, but it is " + maxBody);
        }
    }
}
