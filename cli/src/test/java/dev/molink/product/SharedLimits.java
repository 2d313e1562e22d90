package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import tools.jackson.databind.json.JsonMapper;

/** Limits of requests and tokens, which several gateways keep as exactly as one would: their sum counts, not each. */
final class SharedLimits {

    /** That all requests of a test come to within one minute, and so within one day. */
    private static final Duration ROOM = Duration.ofSeconds(15);

    private static final Duration SOON = Duration.ofSeconds(1);

    private static final int ALL = 72;
    private static final int FIRST = 24;

    private final List<GatewayProcess> gateways;
    private final String adminKey;
    private final DataSource database;

    SharedLimits(GatewayGroup group, String adminKey) {
        this.gateways = group.gateways();
        this.adminKey = adminKey;
        this.database = group.database().dataSource();
    }

    /** Forbidden: 30 for each gateway, or fewer than 30 because an idle gateway sits on some. */
    void assertRequestsPerMinute() throws Exception {
        LimitedKey key =
                key("requests per minute").limit("requests_per_minute", 30).known("requests", 30);
        awaitRoom();

        List<HttpResponse<String>> answers = key.askAll(90, 1);

        assertThat(LimitedKey.admitted(answers)).isEqualTo(30);
        for (HttpResponse<String> answer : answers) {
            assertThat(answer.headers().firstValue("x-ratelimit-limit-requests"))
                    .contains("30");
            assertThat(answer.headers().firstValue("x-ratelimit-reset-requests"))
                    .isPresent();
            if (answer.statusCode() == 429) {
                assertThat(code(answer)).isEqualTo("rate_limit_exceeded");
                assertThat(answer.headers().firstValueAsLong("retry-after").orElse(0))
                        .isBetween(1L, 60L);
                // what comes back while the refusal is written is told already
                assertThat(answer.headers()
                                .firstValueAsLong("x-ratelimit-remaining-requests")
                                .orElse(-1))
                        .isBetween(0L, 29L);
            }
        }
    }

    /** Each answer has as many tokens as its request reserves, so not one request more or less finds room. */
    void assertTokensPerDay() throws Exception {
        int tokens = 8;
        long each = totalTokens(key("measure").ask(0, tokens).join());
        long limit = 20 * each + each / 2;
        LimitedKey key = key("tokens per day").limit("tokens_per_day", limit).known("tokens", limit);
        awaitRoom();

        List<HttpResponse<String>> answers = key.askAll(60, tokens);

        assertThat(LimitedKey.admitted(answers)).isEqualTo(20);
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.headers().firstValueAsLong("x-ratelimit-limit-tokens"))
                        .hasValue(limit));
        Eventually.within("the day counts the answers' tokens", () -> settled(key) == 20 * each);
    }

    /**
     * What one gateway took ahead for its traffic comes to the one that needs it while its requests wait, which they do for
     * {@code molink.limits.return-wait}, 1 s, at most.
     */
    void assertIdleSharesReturn() throws Exception {
        LimitedKey key = key("idle shares").limit("requests_per_day", ALL).known("requests", ALL);
        awaitRoom();
        for (int number = 0; number < FIRST; number++) {
            assertThat(key.ask(0, 1).join().statusCode()).isEqualTo(200);
        }
        Eventually.within(
                "the first gateway holds more than its requests need", () -> settled(key) == FIRST && held(key) > 0);

        long admitted = LimitedKey.admitted(key.askOne(1, ALL - FIRST, 1));
        // on a busy machine the last of them may come a moment after those who waited have gone
        long asked = System.nanoTime();
        while (admitted < ALL - FIRST && System.nanoTime() - asked < SOON.toNanos()) {
            admitted += LimitedKey.admitted(key.askOne(1, 1, 1));
        }

        assertThat(admitted).isEqualTo(ALL - FIRST);
        assertThat(key.ask(2, 1).join().statusCode()).isEqualTo(429);
    }

    /** Forbidden: a seventh stream while six run somewhere, or a place that nobody gets although it is free. */
    void assertConcurrentRequests() throws Exception {
        LimitedKey key = key("concurrent requests")
                .limit("concurrent_requests", CrowdedStreams.PLACES)
                .limit("requests_per_day", 100_000)
                .known("requests", 100_000);

        new CrowdedStreams(key, gateways.size()).assertNeverMoreThanThePlaces();
    }

    private LimitedKey key(String name) throws Exception {
        return new LimitedKey(gateways, adminKey, name);
    }

    private static long totalTokens(HttpResponse<String> answer) {
        return JsonMapper.shared()
                .readTree(answer.body())
                .at("/usage/total_tokens")
                .asLong();
    }

    private static String code(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body()).at("/error/code").asString();
    }

    /** The gateways' windows begin with the database's minutes, whose clock is this machine's. */
    private static void awaitRoom() {
        Eventually.within(
                ROOM.plusSeconds(1),
                "a minute begins",
                () -> Instant.now().getEpochSecond() % 60 < 60 - ROOM.toSeconds());
    }

    private long settled(LimitedKey key) throws SQLException {
        return sum("settled", key);
    }

    private long held(LimitedKey key) throws SQLException {
        return sum("held", key);
    }

    /** Of the day's rows. */
    private long sum(String column, LimitedKey key) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT COALESCE(SUM(%s), 0) FROM usage_bound WHERE id LIKE ?".formatted(column))) {
            statement.setString(1, "KEY:" + key.keyId() + ":%PER_DAY:%");
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
