package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
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

/** PostgreSQL hangs, is killed, and comes back, while clients go on. */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class DatabaseDownIT {

    private static final boolean FULL = Boolean.getBoolean("molink.test.full");
    private static final Duration AWAY = Duration.ofSeconds(FULL ? 60 : 20);
    private static final int CLIENTS = 3;
    private static final Map<String, Object> REQUEST =
            Map.of("model", "molink-demo", "prompt", "Hello", "max_tokens", 6, "ignore_eos", true);

    /** What became of one request: its status and, where it was answered, the tokens that the client was told. */
    private record Told(int status, long generatedTokens) {}

    private final Map<String, Told> told = new TreeMap<>(); // guarded by itself

    @Test
    void knownKeysGoOnAndNoUsageIsLostOrDoubled() throws Exception {
        Path data = Files.createTempDirectory("molink-database-down");
        try (ProductDatabase database = ProductDatabase.start();
                GatewayProcess gateway =
                        new GatewayProcess(data.resolve("gateway"), RunningDemo.freePorts(4), database.environment());
                NodeProcesses nodes = new NodeProcesses(data, List.of(gateway.nodeAddress()));
                ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            gateway.start();
            int nodePort = gateway.port() + 3;
            nodes.start("default", 0, -1, nodePort);
            gateway.awaitReady();
            ask(gateway);
            List<Future<?>> load = new ArrayList<>();
            Phase phase = new Phase();
            for (int i = 0; i < CLIENTS; i++) {
                load.add(clients.submit(() -> askUntil(gateway, phase)));
            }

            database.hang();
            phase.pass(AWAY.dividedBy(2), () -> refusesStrangers(gateway));
            int answeredWhileHanging = answered();
            database.kill();
            phase.pass(AWAY.dividedBy(2), () -> refusesStrangers(gateway));
            int answeredWhileAway = answered() - answeredWhileHanging;
            assertThat(gateway.isReady()).isTrue();
            database.startAgain();
            phase.pass(Duration.ofSeconds(3), () -> {});
            phase.over = true;
            for (Future<?> each : load) {
                each.get(2, TimeUnit.MINUTES);
            }

            assertThat(answeredWhileHanging).isPositive();
            assertThat(answeredWhileAway).isPositive();
            Eventually.within(Duration.ofMinutes(1), "the journal is empty", () -> {
                JsonNode journal = gateway.journal();
                return journal.get("records").asInt() == 0
                        && journal.get("underWay").asInt() == 0;
            });
            assertBooks(gateway, List.of(nodes.folder(nodePort)));
        } finally {
            Folders.delete(data);
        }
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
        long tokens = answer.statusCode() == 200
                ? JsonMapper.shared()
                        .readTree(answer.body())
                        .at("/usage/completion_tokens")
                        .asLong()
                : 0;
        synchronized (told) {
            told.put(answer.headers().firstValue("x-request-id").orElseThrow(), new Told(answer.statusCode(), tokens));
        }
    }

    private int answered() {
        synchronized (told) {
            return (int)
                    told.values().stream().filter(each -> each.status == 200).count();
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

    private void assertBooks(GatewayProcess gateway, List<Path> stages) throws Exception {
        List<JsonNode> records = gateway.usage();
        Map<String, Long> booked = new HashMap<>();
        records.forEach(record -> assertThat(booked.put(
                        record.get("requestId").asString(),
                        record.get("generatedTokens").asLong()))
                .isNull());
        Map<String, Long> answered = new HashMap<>();
        told.forEach((id, each) -> {
            assertThat(each.status).as("status of " + id).isIn(200, 503);
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
