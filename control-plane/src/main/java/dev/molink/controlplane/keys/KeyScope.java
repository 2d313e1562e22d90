package dev.molink.controlplane.keys;

import java.net.InetAddress;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a key may be used for. An empty list sets no bound.
 *
 * @param models names of the models that it may name, at most 32
 * @param endpoints the paths that it may ask, at most 32, each with all below it: {@code /v1/models} allows {@code
 *     /v1/models/molink-demo} too
 * @param ipRanges where requests may come from, at most 64 ranges
 */
public record KeyScope(List<String> models, List<String> endpoints, List<IpRange> ipRanges) {

    /** Everything. */
    public static final KeyScope ANY = new KeyScope(List.of(), List.of(), List.of());

    public static final int MAX_MODELS = 32;
    public static final int MAX_ENDPOINTS = 32;
    public static final int MAX_IP_RANGES = 64;
    private static final int MAX_MODEL_LENGTH = 200;
    private static final int MAX_ENDPOINT_LENGTH = 100;
    private static final Pattern ENDPOINT = Pattern.compile("(?:/[A-Za-z0-9._~-]+)+");

    /** @throws IllegalArgumentException when an entry has a wrong form, or a list too many entries */
    public KeyScope {
        models = models.stream().map(KeyScope::requireModel).distinct().toList();
        endpoints = endpoints.stream().map(KeyScope::requireEndpoint).distinct().toList();
        ipRanges = ipRanges.stream().distinct().toList();
        requireAtMost(MAX_MODELS, "models", models);
        requireAtMost(MAX_ENDPOINTS, "endpoints", endpoints);
        requireAtMost(MAX_IP_RANGES, "ranges of IP addresses", ipRanges);
    }

    /** @throws IllegalArgumentException when it cannot be a model's name */
    public static String requireModel(String name) {
        if (name.isBlank()
                || name.length() > MAX_MODEL_LENGTH
                || name.codePoints().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "a model's name has 1 to %d characters, not all blank and none of them control characters"
                            .formatted(MAX_MODEL_LENGTH));
        }
        return name;
    }

    /** @throws IllegalArgumentException when it cannot be the beginning of an endpoint's path */
    public static String requireEndpoint(String path) {
        if (path.length() > MAX_ENDPOINT_LENGTH || !ENDPOINT.matcher(path).matches()) {
            throw new IllegalArgumentException(
                    "an endpoint is a path such as /v1/chat/completions, of at most %d letters, digits and any of /._~-, without a slash at its end"
                            .formatted(MAX_ENDPOINT_LENGTH));
        }
        return path;
    }

    public boolean allowsModel(String name) {
        return models.isEmpty() || models.contains(name);
    }

    /** @param path as the request has it; an encoded character is none of an allowed endpoint's */
    public boolean allowsPath(String path) {
        if (endpoints.isEmpty()) {
            return true;
        }
        for (String endpoint : endpoints) {
            if (path.startsWith(endpoint)
                    && (path.length() == endpoint.length() || path.charAt(endpoint.length()) == '/')) {
                return true;
            }
        }
        return false;
    }

    public boolean allowsAddress(InetAddress address) {
        if (ipRanges.isEmpty()) {
            return true;
        }
        for (IpRange range : ipRanges) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }

    private static void requireAtMost(int max, String what, List<?> entries) {
        if (entries.size() > max) {
            throw new IllegalArgumentException(
                    "a scope has at most %d %s, but this one has %d".formatted(max, what, entries.size()));
        }
    }
}
