package dev.molink.controlplane.outbound;

import dev.molink.controlplane.keys.IpRange;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which addresses this process may ask on somebody's behalf, such as those of webhooks.
 *
 * @param allowed networks in CIDR notation that are allowed although they are private, loopback or link-local; over these,
 *     {@code http} is allowed as well
 */
@ConfigurationProperties("molink.outbound")
public record OutboundSettings(@DefaultValue List<String> allowed) {

    public OutboundSettings {
        allowed = List.copyOf(allowed);
        for (String range : allowed) {
            try {
                IpRange.of(range);
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException("molink.outbound.allowed: " + wrong.getMessage(), wrong);
            }
        }
    }

    List<IpRange> ranges() {
        return allowed.stream().map(IpRange::of).toList();
    }
}
