package dev.molink.controlplane.outbound;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.keys.IpRange;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tells public addresses from all others; only the former are asked, and what the operator allowed. An address is judged
 * after its name was looked up and before the connection is made, with the very address that is then connected to, so
 * nothing is gained by a name that changes its address in between.
 */
final class OutboundAddresses {

    private static final int MAX_URL_LENGTH = 2000;

    /** Networks that are not public, besides those that {@link InetAddress} tells; IANA's special-purpose registries. */
    private static final List<IpRange> SPECIAL = Stream.of(
                    "0.0.0.0/8",
                    "100.64.0.0/10",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "240.0.0.0/4",
                    "::/96",
                    "64:ff9b::/96",
                    "64:ff9b:1::/48",
                    "100::/64",
                    "2001::/23",
                    "2001:db8::/32",
                    "2002::/16",
                    "3fff::/20",
                    "5f00::/16",
                    "fc00::/7")
            .map(IpRange::of)
            .toList();

    private final List<IpRange> allowed;

    OutboundAddresses(OutboundSettings settings) {
        this.allowed = settings.ranges();
    }

    boolean isAllowed(InetAddress address) {
        return isPublic(address) || isExtra(address);
    }

    /** Whether the operator allowed it by name. */
    boolean isExtra(InetAddress address) {
        return allowed.stream().anyMatch(range -> range.contains(address));
    }

    private static boolean isPublic(InetAddress address) {
        return !address.isAnyLocalAddress()
                && !address.isLoopbackAddress()
                && !address.isLinkLocalAddress()
                && !address.isSiteLocalAddress()
                && !address.isMulticastAddress()
                && SPECIAL.stream().noneMatch(range -> range.contains(address));
    }

    /**
     * The address that {@code text} spells, as far as that can be told without looking anything up.
     *
     * @throws RefusedException when it is no address of the web, or carries a name and password
     */
    URI require(String text) {
        if (text.length() > MAX_URL_LENGTH) {
            throw refused("must have at most %d characters, but it has %d".formatted(MAX_URL_LENGTH, text.length()));
        }
        try {
            URI uri = new URI(text);
            boolean web = "https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && !allowed.isEmpty());
            if (!web || uri.getHost() == null) {
                throw refused("must be an https address such as https://alerts.example.com/molink");
            }
            if (uri.getUserInfo() != null || uri.getFragment() != null) {
                throw refused("must have neither a name and password nor a fragment");
            }
            return uri;
        } catch (URISyntaxException wrong) {
            throw refused("is no address: " + wrong.getReason());
        }
    }

    private static RefusedException refused(String rule) {
        return new RefusedException(Reason.INVALID_VALUE, "'url' " + rule, "url");
    }
}
