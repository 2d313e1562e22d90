package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** PostgreSQL hangs, is killed, and comes back, while clients of two gateways go on, for money. */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class DatabaseDownIT {

    private static final boolean FULL = Boolean.getBoolean("molink.test.full");
    private static final Duration AWAY = Duration.ofSeconds(FULL ? 60 : 20);
    private static final int GATEWAYS = 2;
    private static final int CLIENTS = 4;
    /** Far more than the first ones that still find something in a share. */
    private static final int GOES_ON = 20;

    private static final String ADMIN = "admin-of-the-outage";

    /** After which every gateway knows of prices and limits. */
    private static final Duration NEWS = Duration.ofMillis(1500);

    private static final Map<String, Object> REQUEST =
            Map.of("model", "molink-demo", "prompt", "Hello", "max_tokens", 6, "ignore_eos", true);

    /**
     * What became of one request: its gateway, its status and, where it was answered, the tokens that the client was told.
     *
     * @param refusal the whole answer where it was refused; else empty
     */
    private record Told(int port, int status, long generatedTokens, String refusal) {}

    private final Map<String, Told> told = new TreeMap<>(); // guarded by itself

    @Test
    void knownKeysGoOnAndNoUsageIsLostOrDoubled() throws Exception {
        try (GatewayGroup group = GatewayGroup.start(GATEWAYS, Map.of("MOLINK_DEMO_ADMIN_KEY", ADMIN));
                ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            new MoneyBooks(group.database().dataSource()).setUp();
            Phase phase = new Phase();
            phase.pass(NEWS, () -> {});
            for (GatewayProcess gateway : group.gateways()) {
                ask(gateway);
            }
            OutageStream stream = new OutageStream(group.gateways(), ADMIN);
            List<Future<?>> load = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                GatewayProcess gateway = group.gateways().get(i % GATEWAYS);
                load.add(clients.submit(() -> askUntil(gateway, phase)));
            }

            stream.begin();
            try {
                passAnOutage(group, phase, stream);
            } finally {
                phase.over = true; // or a failure would wait for the clients, who go on for ever
            }
            for (Future<?> each : load) {
                each.get(2, TimeUnit.MINUTES);
            }
            stream.assertEndedByTheOutage();

            for (GatewayProcess gateway : group.gateways()) {
                Eventually.within(Duration.ofMinutes(1), "the journal is empty", () -> {
                    JsonNode journal = gateway.journal();
                    return journal.get("records").asInt() == 0
                            && journal.get("underWay").asInt() == 0;
                });
            }
            assertBooks(group.gateways().getFirst(), group.nodeFolders(), stream);
            assertMoney(new MoneyBooks(group.database().dataSource()), stream);
        }
    }

    /** The database hangs, is killed, and comes back, and every gateway serves all the time. */
    private void passAnOutage(GatewayGroup group, Phase phase, OutageStream stream) throws Exception {
        group.database().hang();
        Map<Integer, Integer> answeredBefore = answered();
        phase.pass(AWAY.dividedBy(2), () -> refuseStrangers(group));
        stream.look();
        Map<Integer, Integer> answeredWhileHanging = answered();
        group.database().kill();
        phase.pass(AWAY.dividedBy(2), () -> refuseStrangers(group));
        Map<Integer, Integer> answeredInAll = answered();
        for (GatewayProcess gateway : group.gateways()) {
            assertThat(gateway.isReady()).isTrue();
            int before = answeredBefore.getOrDefault(gateway.port(), 0);
            int whileHanging = answeredWhileHanging.getOrDefault(gateway.port(), 0);
            int inAll = answeredInAll.getOrDefault(gateway.port(), 0);
            assertThat(whileHanging - before).as("answers while it hangs").isGreaterThan(GOES_ON);
            assertThat(inAll - whileHanging).as("answers while it is gone").isGreaterThan(GOES_ON);
        }
        group.database().startAgain();
        phase.pass(Duration.ofSeconds(3), () -> {});
    }

    private static void refuseStrangers(GatewayGroup group) throws Exception {
        for (GatewayProcess gateway : group.gateways()) {
            refusesStrangers(gateway);
        }
    }

    /** Each answered request has its record and its one charge, and the budget counts their sum. */
    private void assertMoney(MoneyBooks books, OutageStream stream) {
        List<String> paid = new ArrayList<>(answeredIds());
        paid.add(stream.requestId());
        Eventually.within(Duration.ofSeconds(30), "charges are those of the answers", () -> {
            assertThat(books.charges()).containsExactlyInAnyOrderElementsOf(paid);
            books.assertWhole();
            return true;
        });
    }

    /** Lasts until the test says so. */
    private static final class Phase {

        private volatile boolean over;

        void pass(Duration time, CheckedAction atItsEnd) throws Exception {
            long end = System.nanoTime() + time.toNanos();
            Eventually.within(time.plusSeconds(5), "time passes", () -> System.nanoTime() > end);
            atItsEnd.run();
        }
    }

    private interface CheckedAction {
        void run() throws Exception;
    }

    private void askUntil(GatewayProcess gateway, Phase phase) {
        while (!phase.over) {
            try {
                ask(gateway);
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        }
    }

    private void ask(GatewayProcess gateway) throws Exception {
        HttpResponse<String> answer = gateway.complete(REQUEST).get(1, TimeUnit.MINUTES);
        boolean served = answer.statusCode() == 200;
        long tokens = served
                ? JsonMapper.shared()
                        .readTree(answer.body())
                        .at("/usage/completion_tokens")
                        .asLong()
                : 0;
        synchronized (told) {
            told.put(
                    answer.headers().firstValue("x-request-id").orElseThrow(),
                    new Told(gateway.port(), answer.statusCode(), tokens, served ? "" : answer.body()));
        }
    }

    /** Requests so far, by the port of their gateway. */
    private Map<Integer, Integer> answered() {
        Map<Integer, Integer> answered = new HashMap<>();
        synchronized (told) {
            told.values().stream()
                    .filter(each -> each.status == 200)
                    .forEach(each -> answered.merge(each.port, 1, Integer::sum));
        }
        return answered;
    }

    private List<String> answeredIds() {
        synchronized (told) {
            return told.entrySet().stream()
                    .filter(each -> each.getValue().status == 200)
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }

    /** Nobody can tell whether their keys are good: that is no 401. */
    private static void refusesStrangers(GatewayProcess gateway) throws Exception {
        HttpResponse<String> stranger = gateway.http()
                .send(
                        gateway.request("/v1/models", "a-key-that-nobody-knows-" + System.nanoTime())
                                .build(),
                        BodyHandlers.ofString());
        assertThat(stranger.statusCode()).isEqualTo(503);
        assertThat(stranger.headers().firstValue("retry-after")).isPresent();
    }

    private void assertBooks(GatewayProcess gateway, List<Path> stages, OutageStream stream) throws Exception {
        List<JsonNode> records = gateway.usage();
        stream.assertSettled(records);
        Map<String, Long> booked = new HashMap<>();
        records.forEach(record -> assertThat(booked.put(
                        record.get("requestId").asString(),
                        record.get("generatedTokens").asLong()))
                .isNull());
        booked.remove(stream.requestId());
        Map<String, Long> answered = new HashMap<>();
        told.forEach((id, each) -> {
            assertThat(each.status).as("status of %s: %s", id, each.refusal).isIn(200, 503);
            if (each.status == 200) {
                answered.put(id, each.generatedTokens);
            }
        });
        assertThat(booked).containsExactlyInAnyOrderEntriesOf(answered);
        Eventually.within(Duration.ofSeconds(30), "stages agree with the books", () -> {
            BooksComparison.assertSame(gateway.usage(), stages);
            return true;
        });
        assertThat(Set.copyOf(booked.values())).containsExactly(6L);
        System.out.printf("DatabaseDownIT: %d requests answered, none lost, none doubled%n", answered.size());
    }
}
