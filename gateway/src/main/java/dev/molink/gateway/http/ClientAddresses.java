package dev.molink.gateway.http;

import dev.molink.controlplane.keys.IpRange;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * Tells where requests come from: the address of the connection, or, where that is a trusted proxy's, what the proxy says.
 * Each proxy adds the address that it saw at the end of {@code X-Forwarded-For}; so the list is read from its end, as long as
 * the address that vouches for the next is trusted. What a client writes there itself is never reached.
 */
@Component
public final class ClientAddresses {

    private static final String HEADER = "X-Forwarded-For";
    /** {@code 1.2.3.4}, {@code 1.2.3.4:80}, {@code 2001:db8::1}, {@code [2001:db8::1]:80}: some proxies add the port. */
    private static final Pattern ENTRY = Pattern.compile("\\[([^\\]]+)\\](?::\\d+)?|([0-9.]+):\\d+|([^\\[\\]]+)");

    private final List<IpRange> trusted;

    ClientAddresses(HttpSettings settings) {
        this.trusted = settings.trustedProxies();
    }

    public InetAddress of(HttpServletRequest request) {
        InetAddress address = IpRange.address(withoutZone(request.getRemoteAddr()));
        if (!isTrusted(address)) {
            return address;
        }
        for (String entry : lastFirst(request)) {
            Optional<InetAddress> said = parse(entry);
            if (said.isEmpty()) {
                return address; // nobody vouches for what stands before something garbled
            }
            address = said.get();
            if (!isTrusted(address)) {
                return address;
            }
        }
        return address;
    }

    private boolean isTrusted(InetAddress address) {
        return trusted.stream().anyMatch(range -> range.contains(address));
    }

    private static List<String> lastFirst(HttpServletRequest request) {
        List<String> entries = new ArrayList<>();
        for (String line : Collections.list(request.getHeaders(HEADER))) {
            entries.addAll(List.of(line.split(",", -1)));
        }
        return entries.reversed();
    }

    private static Optional<InetAddress> parse(String entry) {
        Matcher form = ENTRY.matcher(entry.strip());
        if (!form.matches()) {
            return Optional.empty();
        }
        String literal = form.group(1) != null ? form.group(1) : form.group(2) != null ? form.group(2) : form.group(3);
        try {
            return Optional.of(IpRange.address(withoutZone(literal)));
        } catch (IllegalArgumentException noAddress) {
            return Optional.empty();
        }
    }

    private static String withoutZone(String address) {
        int zone = address.indexOf('%');
        return zone < 0 ? address : address.substring(0, zone);
    }
}
