package dev.molink.gateway.administration.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.molink.gateway.testing.ApiClient;
import dev.molink.gateway.testing.ApiClient.Answer;
import dev.molink.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /admin/v1/webhooks}, {@code /admin/v1/alerts} and {@code spend_alerts}, with a real receiver. */
class AlertRoutesTests {

    private static final String WEBHOOKS = "/admin/v1/webhooks";
    private static final String SPEND_ALERTS = "/v1/organization/spend_alerts";
    private static final String OPERATOR = "operator-of-the-test";

    @TempDir
    static Path folder;

    private static final BlockingQueue<String> RECEIVED = new LinkedBlockingQueue<>();
    private static TestGateway gateway;
    private static ApiClient operator;
    private static HttpServer receiver;

    @BeforeAll
    static void start() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            RECEIVED.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        receiver.start();
        gateway = TestGateway.start(
                folder, Map.of("MOLINK_DEMO_ADMIN_KEY", OPERATOR, "molink.outbound.allowed", "127.0.0.0/8"));
        operator = new ApiClient(gateway.port(), OPERATOR);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        receiver.stop(0);
    }

    @Test
    void aTestReachesTheReceiverAndTheDeliveriesTellIt() throws InterruptedException {
        Answer created = operator.post(
                WEBHOOKS,
                "{'name':'pager','url':'http://127.0.0.1:%d/','events':['webhook.test']}"
                        .formatted(receiver.getAddress().getPort()));
        assertThat(created.status()).as(created.body()).isEqualTo(200);
        assertThat(created.json().get("secret").stringValue()).startsWith("whsec_");
        String path = WEBHOOKS + "/" + created.json().get("id").stringValue();

        assertThat(operator.post(path + "/test", "{}").status()).isEqualTo(200);

        assertThat(RECEIVED.poll(20, TimeUnit.SECONDS)).contains("\"type\":\"webhook.test\"");
        assertThat(operator.get(path).body()).doesNotContain("whsec_");
        assertThat(operator.get(path + "/deliveries")
                        .json()
                        .at("/data/0/attempts")
                        .intValue())
                .isEqualTo(1);
        assertThat(operator.send(path, request -> request.DELETE()).status()).isEqualTo(200);
        assertThat(operator.get(path).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'name':'x'} | url",
                "{'name':'x','url':'ftp://example.com/'} | url",
                "{'name':'x','url':'https://u:p@example.com/'} | url",
                "{'name':'','url':'https://example.com/'} | name",
                "{'name':'x','url':'https://example.com/','events':['nothing']} | events[0]",
                "{'name':'x','url':'https://example.com/','scope':'galaxy'} | scope"
            })
    void namesTheFieldThatIsWrong(String body, String field) {
        Answer answer = operator.post(WEBHOOKS, body);

        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains(field);
    }

    @Test
    void spendAlertsAreSumsInCents() {
        Answer created = operator.post(SPEND_ALERTS, "{'threshold_amount':12345,'interval':'month'}");
        assertThat(created.status()).as(created.body()).isEqualTo(200);
        String path = SPEND_ALERTS + "/" + created.json().get("id").stringValue();

        Answer changed = operator.post(path, "{'threshold_amount':5}");

        assertThat(created.json().get("threshold_amount").longValue()).isEqualTo(12345);
        assertThat(changed.json().get("threshold_amount").longValue()).isEqualTo(5);
        assertThat(operator.get(SPEND_ALERTS).body())
                .contains(created.json().get("id").stringValue());
        assertThat(operator.send(path, request -> request.DELETE()).status()).isEqualTo(200);
        assertThat(operator.post(path, "{'threshold_amount':5}").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | threshold_amount",
                "{'threshold_amount':0} | threshold_amount",
                "{'threshold_amount':1.5} | threshold_amount",
                "{'threshold_amount':1,'interval':'week'} | interval",
                "{'threshold_amount':1,'currency':'dollar'} | currency"
            })
    void refusesSumsThatAreNone(String body, String field) {
        Answer answer = operator.post(SPEND_ALERTS, body);

        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.json().at("/error/param").stringValue()).isEqualTo(field);
    }
}
