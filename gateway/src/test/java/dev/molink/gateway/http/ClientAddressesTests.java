package dev.molink.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.controlplane.keys.IpRange;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.util.unit.DataSize;

/** Where requests come from. 10.0.0.0/8 and 2001:db8:aaaa::/48 are trusted proxies. */
class ClientAddressesTests {

    private static final ClientAddresses ADDRESSES = new ClientAddresses(new HttpSettings(
            DataSize.ofMegabytes(1), List.of(IpRange.of("10.0.0.0/8"), IpRange.of("2001:db8:aaaa::/48"))));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "192.0.2.1 | 203.0.113.9 | 192.0.2.1",
                "10.0.0.1 | 203.0.113.9 | 203.0.113.9",
                "10.0.0.1 | 198.51.100.1, 203.0.113.9 | 203.0.113.9",
                "10.0.0.1 | 203.0.113.9, 10.0.0.2 | 203.0.113.9",
                "10.0.0.1 | 203.0.113.9,10.0.0.2 , 10.0.0.3 | 203.0.113.9",
                "10.0.0.1 | 10.0.0.2 | 10.0.0.2",
                "10.0.0.1 | '' | 10.0.0.1",
                "10.0.0.1 | unknown | 10.0.0.1",
                "10.0.0.1 | 203.0.113.9, unknown | 10.0.0.1",
                "10.0.0.1 | 203.0.113.9, unknown, 10.0.0.2 | 10.0.0.2",
                "10.0.0.1 | 203.0.113.9:4711 | 203.0.113.9",
                "10.0.0.1 | [2001:db8::7]:4711 | 2001:db8:0:0:0:0:0:7",
                "10.0.0.1 | [2001:db8::7] | 2001:db8:0:0:0:0:0:7",
                "10.0.0.1 | 2001:db8::7 | 2001:db8:0:0:0:0:0:7",
                "2001:db8:aaaa::1%eth0 | 203.0.113.9 | 203.0.113.9",
                "::ffff:10.0.0.1 | 203.0.113.9 | 203.0.113.9",
                "2001:db8:bbbb::1 | 203.0.113.9 | 2001:db8:bbbb:0:0:0:0:1",
            })
    void believesTrustedProxiesAndNobodyElse(String connection, String forwardedFor, String expected) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setRemoteAddr(connection);
        request.addHeader("X-Forwarded-For", forwardedFor);

        assertThat(ADDRESSES.of(request).getHostAddress()).isEqualTo(expected);
    }

    @Test
    void readsSeveralHeadersAsOneList() {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setRemoteAddr("10.0.0.1");
        request.addHeader("X-Forwarded-For", "198.51.100.1");
        request.addHeader("X-Forwarded-For", "203.0.113.9, 10.0.0.2");

        assertThat(ADDRESSES.of(request).getHostAddress()).isEqualTo("203.0.113.9");
    }

    @Test
    void trustsNobodyUnlessTold() {
        assertThat(bind(Map.of()).trustedProxies()).isEmpty();
        assertThat(bind(Map.of("molink.gateway.http.trusted-proxies", "10.0.0.0/8, ::1"))
                        .trustedProxies())
                .containsExactly(IpRange.of("10.0.0.0/8"), IpRange.of("::1"));
    }

    @Test
    void saysWhichProxyIsNone() {
        assertThatThrownBy(() -> bind(Map.of("molink.gateway.http.trusted-proxies", "10.0.0.0/8,localhost")))
                .hasMessageContaining("molink.gateway.http.trusted-proxies")
                .satisfies(failure -> assertThat(NestedExceptionUtils.getMostSpecificCause(failure))
                        .hasMessageContaining("'localhost' is no range of IP addresses"));
    }

    private static HttpSettings bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("molink.gateway.http", HttpSettings.class);
    }
}
