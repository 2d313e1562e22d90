package dev.molink.controlplane.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpRangeTests {

    private static final int ROUNDS = Boolean.getBoolean("molink.test.full") ? 200_000 : 20_000;

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.0/8, 9.255.255.255, false",
        "192.168.1.128/25, 192.168.1.128, true",
        "192.168.1.128/25, 192.168.1.127, false",
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.8, false",
        "192.0.2.7/32, 192.0.2.7, true",
        "0.0.0.0/0, 255.255.255.255, true",
        "0.0.0.0/0, ::1, false",
        "::/0, 2001:db8::1, true",
        "::/0, 10.0.0.1, false",
        "2001:db8::/32, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, true",
        "2001:db8::/32, 2001:db9::, false",
        "2001:db8::8000:0/97, 2001:db8::8000:1, true",
        "2001:db8::8000:0/97, 2001:db8::7fff:ffff, false",
        "::1, ::1, true",
        "::ffff:10.0.0.0/104, 10.1.2.3, true",
        "::ffff:10.0.0.0/104, 11.1.2.3, false",
        "10.0.0.0/8, ::ffff:10.1.2.3, true"
    })
    void containsTheAddressesThatShareItsPrefix(String range, String address, boolean contained) {
        assertThat(IpRange.of(range).contains(IpRange.address(address))).isEqualTo(contained);
    }

    /** The oracle: both as whole numbers, shifted right by the bits that do not count. */
    @Test
    void agreesWithWholeNumbersOnRandomRangesAndAddresses() throws UnknownHostException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            int bytes = random.nextBoolean() ? 4 : 16;
            int bits = bytes * 8;
            int prefix = random.nextInt(bits + 1);
            BigInteger network =
                    new BigInteger(bits, random).shiftRight(bits - prefix).shiftLeft(bits - prefix);
            // near the network half of the time, or nearly nothing would be contained
            BigInteger address = random.nextBoolean()
                    ? new BigInteger(bits, random)
                    : network.xor(new BigInteger(random.nextInt(bits - prefix + 2), random))
                            .mod(BigInteger.TWO.pow(bits));
            String text = inet(network, bytes).getHostAddress() + "/" + prefix;

            boolean contained = IpRange.of(text).contains(inet(address, bytes));

            assertThat(contained)
                    .as("seed %d: %s in %s", seed, inet(address, bytes).getHostAddress(), text)
                    .isEqualTo(address.shiftRight(bits - prefix).equals(network.shiftRight(bits - prefix)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "localhost",
                "example.com/8",
                "10.0.0.0/",
                "10.0.0.0/x",
                "10.0.0.0/-1",
                "10.0.0/8",
                "10/8",
                "010.0.0.0/8",
                "256.0.0.0/8",
                "10.0.0.0.0/8",
                "10.0.0.0/8/8",
                "1:2:3/32",
                "::1::/64",
                "fe80::1%eth0",
                "[::1]/128",
                "10.0.0.0 /8",
                "0x0a.0.0.0/8"
            })
    void refusesWhatIsNoRange(String text) {
        assertThatThrownBy(() -> IpRange.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'%s' is no range of IP addresses such as 10.0.0.0/8 or 2001:db8::/32", text);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/33, from 0 to 32",
        "::/129, from 0 to 128",
        "::ffff:10.0.0.0/95, from 96 to 128",
        "10.0.0.1/8, bits beyond its prefix",
        "2001:db8::1/32, bits beyond its prefix",
        "10.0.0.0/0, bits beyond its prefix"
    })
    void refusesARangeThatCannotBe(String text, String part) {
        assertThatThrownBy(() -> IpRange.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text)
                .hasMessageContaining(part);
    }

    @Test
    void equalsAnotherSpellingAndKeepsItsOwn() {
        IpRange range = IpRange.of(" 2001:db8::/32 ");

        assertThat(range)
                .isEqualTo(IpRange.of("2001:DB8:0::/32"))
                .hasSameHashCodeAs(IpRange.of("2001:DB8:0::/32"))
                .isNotEqualTo(IpRange.of("2001:db8::/33"))
                .hasToString("2001:db8::/32");
        assertThat(IpRange.of("10.0.0.1")).isEqualTo(IpRange.of("10.0.0.1/32"));
    }

    private static InetAddress inet(BigInteger number, int bytes) throws UnknownHostException {
        byte[] address = new byte[bytes];
        byte[] digits = number.toByteArray();
        int length = Math.min(digits.length, bytes);
        System.arraycopy(digits, digits.length - length, address, bytes - length, length);
        return InetAddress.getByAddress(address);
    }
}
