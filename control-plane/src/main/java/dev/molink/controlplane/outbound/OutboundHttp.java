package dev.molink.controlplane.outbound;

import dev.molink.controlplane.RefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.Timeout;

/** Sends requests to addresses that tenants name, as far as these are public or allowed. Follows no redirection. */
public final class OutboundHttp implements AutoCloseable {

    private static final Timeout CONNECT = Timeout.of(5, TimeUnit.SECONDS);
    private static final Timeout ANSWER = Timeout.of(10, TimeUnit.SECONDS);

    private final OutboundAddresses addresses;
    private final CloseableHttpClient client;

    OutboundHttp(OutboundSettings settings) {
        this.addresses = new OutboundAddresses(settings);
        this.client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(new Filtered())
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(CONNECT)
                                .setSocketTimeout(ANSWER)
                                .build())
                        .build())
                .setDefaultRequestConfig(
                        RequestConfig.custom().setResponseTimeout(ANSWER).build())
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .setUserAgent("MoLink")
                .build();
    }

    /**
     * Checks what can be checked without asking anybody.
     *
     * @throws RefusedException when {@code url} is not an address that may ever be asked
     */
    public String require(String url) {
        return addresses.require(url).toString();
    }

    /**
     * Posts a JSON text.
     *
     * @return the status of the answer, whose body is not read
     * @throws IOException when there is no answer, or the address is not allowed; the message says which
     */
    public int post(String url, String json, Map<String, String> headers) throws IOException {
        URI uri = addresses.require(url);
        HttpPost post = new HttpPost(uri);
        headers.forEach(post::setHeader);
        post.setEntity(new ByteArrayEntity(json.getBytes(StandardCharsets.UTF_8), ContentType.APPLICATION_JSON));
        return client.execute(post, response -> response.getCode());
    }

    @Override
    public void close() throws IOException {
        client.close();
    }

    /** Every address that is connected to comes through here, literal ones as well. */
    private final class Filtered implements DnsResolver {

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            InetAddress[] found = SystemDefaultDnsResolver.INSTANCE.resolve(host);
            InetAddress[] kept =
                    Arrays.stream(found).filter(addresses::isAllowed).toArray(InetAddress[]::new);
            if (kept.length == 0) {
                throw new UnknownHostException(
                        "'%s' has no public address; molink.outbound.allowed names the exceptions".formatted(host));
            }
            return kept;
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }
}
