package dev.molink.controlplane.keys;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of IP addresses in CIDR notation: those that share their first {@code prefixLength} bits with the network. An IPv4
 * range and an IPv6 range have no address in common; an IPv4 address that is written as IPv6 ({@code ::ffff:10.0.0.1}) is the
 * IPv4 address.
 */
public final class IpRange {

    private static final Pattern FORM = Pattern.compile("([0-9a-fA-F:.]{2,45})(?:/([0-9]{1,3}))?");
    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");
    private static final int MAPPED_BITS = 96;

    private final String text;
    private final byte[] network;
    private final int prefixLength;

    private IpRange(String text, byte[] network, int prefixLength) {
        this.text = text;
        this.network = network;
        this.prefixLength = prefixLength;
    }

    /**
     * Reads {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or one address.
     *
     * @throws IllegalArgumentException when it is something else, or has bits beyond its prefix
     */
    public static IpRange of(String text) {
        String stripped = text.strip();
        Matcher form = FORM.matcher(stripped);
        if (!form.matches()) {
            throw notARange(text);
        }
        InetAddress network = address(form.group(1), text);
        int addressBits = network.getAddress().length * Byte.SIZE;
        // a range of mapped addresses counts from the beginning of their IPv6 form
        int offset = form.group(1).indexOf(':') >= 0 && network instanceof Inet4Address ? MAPPED_BITS : 0;
        int prefixLength = form.group(2) == null ? addressBits : Integer.parseInt(form.group(2)) - offset;
        if (prefixLength < 0 || prefixLength > addressBits) {
            throw new IllegalArgumentException(
                    "'%s' must have a prefix length from %d to %d".formatted(stripped, offset, offset + addressBits));
        }
        IpRange range = new IpRange(stripped, network.getAddress(), prefixLength);
        if (!range.isCleanBeyondPrefix()) {
            throw new IllegalArgumentException(
                    "'%s' has bits beyond its prefix; a range begins at its network's address".formatted(stripped));
        }
        return range;
    }

    /**
     * The address that {@code literal} spells; no name is ever looked up.
     *
     * @throws IllegalArgumentException when it spells none
     */
    public static InetAddress address(String literal) {
        return address(literal, literal);
    }

    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != network.length) {
            return false;
        }
        int wholeBytes = prefixLength / Byte.SIZE;
        if (!Arrays.equals(bytes, 0, wholeBytes, network, 0, wholeBytes)) {
            return false;
        }
        int restBits = prefixLength % Byte.SIZE;
        return restBits == 0 || ((bytes[wholeBytes] ^ network[wholeBytes]) & mask(restBits)) == 0;
    }

    private boolean isCleanBeyondPrefix() {
        for (int bit = prefixLength; bit < network.length * Byte.SIZE; bit++) {
            if ((network[bit / Byte.SIZE] & 0x80 >> bit % Byte.SIZE) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The first {@code bits} of a byte, 1 to 7. */
    private static int mask(int bits) {
        return (0xff << (Byte.SIZE - bits)) & 0xff;
    }

    private static InetAddress address(String literal, String text) {
        boolean ipv6 = literal.indexOf(':') >= 0;
        // Java also reads 10.1 and 167772161 as IPv4 addresses, and others read them otherwise
        if (!ipv6 && !IPV4.matcher(literal).matches()) {
            throw notARange(text);
        }
        try {
            return InetAddress.ofLiteral(literal);
        } catch (IllegalArgumentException garbled) {
            throw notARange(text);
        }
    }

    private static IllegalArgumentException notARange(String text) {
        String shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
        return new IllegalArgumentException(
                "'%s' is no range of IP addresses such as 10.0.0.0/8 or 2001:db8::/32, and no IP address"
                        .formatted(shown.replaceAll("\\p{Cntrl}", "?")));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IpRange range
                && range.prefixLength == prefixLength
                && Arrays.equals(range.network, network);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(network) + prefixLength;
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}
