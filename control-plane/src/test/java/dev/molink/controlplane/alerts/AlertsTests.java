package dev.molink.controlplane.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.InParallel;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.TestClock;
import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.keys.Peppers;
import dev.molink.controlplane.outbound.OutboundHttp;
import dev.molink.controlplane.storage.Transactions;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** From what happened to the receiver, with a real one, on every database. */
class AlertsTests {

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final AtomicInteger status = new AtomicInteger(204);
    private final String organization = "org_" + UUID.randomUUID();
    private HttpServer receiver;

    private record Received(Map<String, String> headers, String body) {

        String type() {
            return body.replaceAll(".*\"type\":\"([^\"]*)\".*", "$1");
        }
    }

    @BeforeEach
    void listen() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            received.add(new Received(
                    Map.of(
                            "id", exchange.getRequestHeaders().getFirst("webhook-id"),
                            "timestamp", exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                            "signature", exchange.getRequestHeaders().getFirst("webhook-signature")),
                    body));
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        });
        receiver.start();
    }

    @AfterEach
    void stop() {
        receiver.stop(0);
    }

    private String url() {
        return "http://127.0.0.1:%d/hook".formatted(receiver.getAddress().getPort());
    }

    private CreatedWebhook webhook(TestDatabase database, AlertKind... kinds) {
        return database.bean(Webhooks.class).create(organization, "pager", url(), Set.of(kinds));
    }

    private boolean raise(TestDatabase database, AlertKind kind, String key) {
        return database.bean(Alerts.class).raise(kind, organization, key, Map.of("spent", "12.5"));
    }

    /** The sender of the process runs as well: whoever is faster sends. */
    private void send(TestDatabase database) throws InterruptedException {
        for (int i = 0; i < 100 && !concluded(database); i++) {
            database.bean(WebhookSender.class).sendDue();
            Thread.sleep(Duration.ofMillis(20));
        }
    }

    private boolean concluded(TestDatabase database) {
        return database.bean(Webhooks.class).list(organization, false).stream()
                .flatMap(webhook -> database.bean(Webhooks.class).deliveries(webhook, 100).stream())
                .allMatch(delivery -> delivery.nextAttemptAt() == null
                        || (delivery.attempts() > 0 && !delivery.outcome().isEmpty()));
    }

    @ParameterizedTest
    @EnumSource
    void tellsOnceAndSigns(TestDatabase database) throws Exception {
        CreatedWebhook created = webhook(database);

        assertThat(raise(database, AlertKind.BUDGET_THRESHOLD, "k1" + organization))
                .isTrue();
        assertThat(raise(database, AlertKind.BUDGET_THRESHOLD, "k1" + organization))
                .isFalse();
        send(database);

        assertThat(received).hasSize(1);
        Received first = received.getFirst();
        assertThat(first.body())
                .contains("\"type\":\"budget.threshold_reached\"", "\"spent\":\"12.5\"", organization)
                .doesNotContain(created.secret());
        assertThat(first.headers().get("signature")).isEqualTo(signature(created.secret(), first));
        assertThat(created.toString()).doesNotContain(created.secret());
    }

    /** Written from the specification, apart from the product's. */
    private static String signature(String secret, Received message) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring("whsec_".length())), "HmacSHA256"));
        String signed = message.headers().get("id") + "." + message.headers().get("timestamp") + "." + message.body();
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @EnumSource
    void triesAgainLaterUntilTheReceiverTakesIt(TestDatabase database) throws Exception {
        Webhook webhook = webhook(database).webhook();
        status.set(500);
        raise(database, AlertKind.TEST, "k2" + organization);
        send(database);
        assertThat(database.bean(Webhooks.class).deliveries(webhook, 10))
                .singleElement()
                .satisfies(delivery -> assertThat(delivery.outcome()).isEqualTo("status 500"));
        int failed = received.size();

        status.set(200);
        database.clock().advance(Duration.ofSeconds(6));
        for (int i = 0; i < 100 && received.size() == failed; i++) {
            database.bean(WebhookSender.class).sendDue();
            Thread.sleep(Duration.ofMillis(20));
        }

        assertThat(received).hasSizeGreaterThan(failed);
        assertThat(received)
                .extracting(each -> each.headers().get("id"))
                .containsOnly(received.getFirst().headers().get("id"));
    }

    /** Raised and sent on a clock decades ahead of the process's, whose own sender sees nothing due. */
    @ParameterizedTest
    @EnumSource
    void aDeliveryIsGivenUpAfterItsLastAttempt(TestDatabase database) {
        TestClock clock = new TestClock();
        clock.advance(Duration.ofDays(25_000));
        status.set(503);
        Webhook webhook = webhook(database).webhook();
        AlertTable table = new AlertTable(database.bean(JdbcClient.class));
        new Alerts(table, database.bean(Transactions.class), database.bean(Identifiers.class), clock)
                .raise(AlertKind.TEST, organization, "k8" + organization, Map.of());
        WebhookSender sender = sender(database, clock);

        for (int attempt = 1; attempt < 14; attempt++) {
            sendAll(sender);
            assertThat(received).hasSize(attempt);
            clock.advance(WebhookSender.pause(attempt).minusMillis(1));
            sendAll(sender);
            assertThat(received).as("too early").hasSize(attempt);
            clock.advance(Duration.ofMillis(1));
        }
        sendAll(sender);
        clock.advance(Duration.ofDays(30));
        status.set(200);
        sendAll(sender);

        assertThat(received)
                .hasSize(14)
                .extracting(each -> each.headers().get("id"))
                .containsOnly(received.getFirst().headers().get("id"));
        assertThat(database.bean(Webhooks.class).deliveries(webhook, 10))
                .singleElement()
                .satisfies(delivery -> {
                    assertThat(delivery.attempts()).isEqualTo(14);
                    assertThat(delivery.nextAttemptAt()).isNull();
                    assertThat(delivery.deliveredAt()).isNull();
                    assertThat(delivery.outcome()).isEqualTo("status 503");
                });
    }

    /** What other tests left unsent is due as well and comes first, sixteen at a time. */
    private static void sendAll(WebhookSender sender) {
        for (int i = 0; i < 20; i++) {
            sender.sendDue();
        }
    }

    private static WebhookSender sender(TestDatabase database, TestClock clock) {
        return new WebhookSender(
                new AlertTable(database.bean(JdbcClient.class)),
                new WebhookSecrets(database.bean(Peppers.class)),
                database.bean(OutboundHttp.class),
                clock);
    }

    @ParameterizedTest
    @EnumSource
    void severalReplicasSendItOnce(TestDatabase database) throws Exception {
        webhook(database);
        for (int i = 0; i < 10; i++) {
            raise(database, AlertKind.TEST, "k3-%d%s".formatted(i, organization));
        }

        InParallel.run(4, replica -> {
            sender(database, database.clock()).sendDue();
            return replica;
        });
        send(database);

        assertThat(received).hasSize(10);
        assertThat(received).extracting(each -> each.headers().get("id")).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void sendsOnlyWhatIsWantedAndNothingOfOthers(TestDatabase database) throws Exception {
        webhook(database, AlertKind.KEY_EXPIRY);

        raise(database, AlertKind.BUDGET_THRESHOLD, "k4" + organization);
        raise(database, AlertKind.KEY_EXPIRY, "k5" + organization);
        database.bean(Alerts.class).raise(AlertKind.KEY_EXPIRY, "org_other", "k6" + organization, Map.of());
        send(database);

        assertThat(received).extracting(Received::type).containsExactly("api_key.expiring");
    }

    @ParameterizedTest
    @EnumSource
    void aDeletedWebhookGetsNothingMore(TestDatabase database) throws Exception {
        Webhook webhook = webhook(database).webhook();
        database.bean(Webhooks.class).delete(webhook);

        raise(database, AlertKind.TEST, "k7" + organization);
        send(database);

        assertThat(received).isEmpty();
        assertThatThrownBy(() -> database.bean(Webhooks.class).find(webhook.webhookId(), organization, false))
                .isInstanceOf(RefusedException.class)
                .hasMessage("there is no webhook '%s'", webhook.webhookId());
    }

    @ParameterizedTest
    @EnumSource
    void aSpendAlertIsToldOnceAMonthAndSum(TestDatabase database) {
        SpendAlerts spending = database.bean(SpendAlerts.class);
        SpendAlert alert = spending.create(organization, null, new BigDecimal("10"), "USD");
        spent(database, "9.999999999999");
        spending.look();
        assertThat(told(database)).isZero();

        spent(database, "0.000000000001");
        spending.look();
        spending.look();
        assertThat(told(database)).isEqualTo(1);

        spending.change(alert, new BigDecimal("9"));
        spending.look();
        assertThat(told(database)).isEqualTo(2);
    }

    private long told(TestDatabase database) {
        return database.bean(Alerts.class).list(organization, false, 100).stream()
                .filter(each -> each.kind() == AlertKind.SPEND_ALERT)
                .count();
    }

    private void spent(TestDatabase database, String amount) {
        database.bean(JdbcClient.class)
                .sql("""
                INSERT INTO usage_day (starts_at, organization_id, project_id, api_key_id, model, service_tier, currency,
                    price_rule_id, requests, failed_requests, prompt_tokens, cached_tokens, generated_tokens,
                    delivered_tokens, charged_prompt_tokens, charged_cached_tokens, charged_generated_tokens, charge)
                VALUES (:day, :organization, :project, 'key_1', 'm', 'default', 'USD', 'price_1', 1, 0, 1, 0, 1, 1, 1, 0, 1,
                    :charge)""")
                .param(
                        "day",
                        database.clock()
                                .instant()
                                .atOffset(ZoneOffset.UTC)
                                .toLocalDate()
                                .atStartOfDay()
                                .atOffset(ZoneOffset.UTC))
                .param("organization", organization)
                .param("project", "proj_" + UUID.randomUUID().toString().substring(0, 8))
                .param("charge", new BigDecimal(amount))
                .update();
    }

    @Test
    void pausesGrowToAnHour() {
        assertThat(WebhookSender.pause(1)).hasSeconds(5);
        assertThat(WebhookSender.pause(4)).hasSeconds(40);
        assertThat(WebhookSender.pause(13)).hasHours(1);
        assertThat(WebhookSender.pause(60)).hasHours(1);
    }
}
