package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/**
 * A gateway dies as with kill -9 at each fail point in turn, under load, and starts again over what it left. After the last
 * start the books must be whole, whatever was in flight at each death: one record per request that reached a head, the
 * stages' own counters in agreement, usage, ledger and budget of one mind, nothing under way, nothing reserved by the dead. With {@code --full} at every point, else at a seeded tenth of them.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class KilledGatewayIT {

    private static final boolean FULL = Boolean.getBoolean("molink.test.full");
    private static final int KILLED = 137;
    private static final int REQUESTS = 10;
    private static final int CLIENTS = 5;
    private static final Duration RECOVERY = Duration.ofSeconds(60);

    /** Points that a gateway passes only while the database takes nothing. */
    private static final String NEEDS_OUTAGE = "journal.";

    /** How often each status was answered since a gateway was started. */
    private final Map<Integer, Integer> statuses = new ConcurrentSkipListMap<>();

    /** Connections that ended without an answer. */
    private final AtomicInteger broken = new AtomicInteger();

    /** Ids that clients were told. */
    private final Set<String> told = new ConcurrentSkipListSet<>();

    @Test
    void theBooksAreWholeWhereverItDies() throws Exception {
        long seed = Long.getLong("molink.test.seed", System.nanoTime());
        Random random = new Random(seed);
        List<String> points = chosen(random);
        System.out.printf(
                "KilledGatewayIT: seed %d (-Dmolink.test.seed), points %s (-Dmolink.test.points)%n", seed, points);
        Path data = Files.createTempDirectory("molink-killed-gateway");
        try (ProductDatabase database = ProductDatabase.start();
                GatewayProcess gateway =
                        new GatewayProcess(data.resolve("gateway"), RunningDemo.freePorts(4), environment(database));
                NodeProcesses nodes = new NodeProcesses(data, List.of(gateway.nodeAddress()))) {
            int nodePort = gateway.port() + 3;
            nodes.start("default", 0, -1, nodePort);
            gateway.start();
            gateway.awaitReady();
            new MoneyBooks(database.dataSource()).setUp();
            gateway.kill();
            Set<String> reached = new TreeSet<>();
            for (String point : points) {
                // During an outage many records go with one write, so a later passage may not come.
                int passage = point.startsWith(NEEDS_OUTAGE) ? 1 : 1 + random.nextInt(2);
                gateway.start(Map.of("JDK_JAVA_OPTIONS", "-Dmolink.fail-point=%s:%d".formatted(point, passage)));
                dieUnderLoad(gateway, database, point, random);
                if (!gateway.isAlive()) {
                    assertThat(gateway.exitStatus()).as(gateway.obituary()).isEqualTo(KILLED);
                    reached.add(point);
                }
                System.out.printf(
                        "KilledGatewayIT: %s: %s, answers by status %s%n",
                        point, reached.contains(point) ? "died" : "not reached", statuses);
                statuses.clear();
                gateway.kill();
            }
            System.out.printf("KilledGatewayIT: died at %d of %d points: %s%n", reached.size(), points.size(), reached);

            gateway.start();
            gateway.awaitReady();

            assertThat(reached).as("points at which it died").isNotEmpty();
            Eventually.within(
                    RECOVERY,
                    "nothing is under way",
                    () -> gateway.journal().get("underWay").asInt() == 0
                            && gateway.journal().get("records").asInt() == 0);
            Eventually.within(RECOVERY, "stages agree with the books", () -> {
                List<JsonNode> records = gateway.usage();
                BooksComparison.assertSame(records, List.of(nodes.folder(nodePort)));
                BooksComparison.assertRecorded(records, told);
                new MoneyBooks(database.dataSource()).assertWhole();
                return true;
            });
        } finally {
            Folders.delete(data);
        }
    }

    private static List<String> chosen(Random random) throws IOException {
        String named = System.getProperty("molink.test.points", "");
        if (!named.isEmpty()) {
            return List.of(named.split(","));
        }
        List<String> all = new ArrayList<>(FailPoints.all());
        assertThat(all).isNotEmpty();
        Collections.shuffle(all, random);
        return FULL ? all : all.subList(0, Math.ceilDiv(all.size(), 10));
    }

    private static Map<String, String> environment(ProductDatabase database) {
        Map<String, String> environment = new java.util.HashMap<>(database.environment());
        environment.put("MOLINK_GATEWAY_USAGE_GRACE", "2s");
        return environment;
    }

    /** It may die during its start already, while it takes up what the last one left. */
    private void dieUnderLoad(GatewayProcess gateway, ProductDatabase database, String point, Random random)
            throws Exception {
        Eventually.within(Duration.ofMinutes(2), "it serves or is dead", () -> !gateway.isAlive() || gateway.isReady());
        boolean outage = point.startsWith(NEEDS_OUTAGE) && gateway.isAlive();
        if (outage) {
            gateway.complete(request(random)).get(1, TimeUnit.MINUTES);
            database.kill();
        }
        broken.set(0);
        load(gateway, random);
        if (broken.get() > 0) {
            // clients notice before the system tells of the process's end
            Eventually.within(RECOVERY, "what breaks connections is its death", () -> !gateway.isAlive());
        }
        if (outage) {
            awaitDeathOr(gateway, () -> gateway.journal().get("records").asInt() > 0);
            database.startAgain();
            awaitDeathOr(gateway, () -> gateway.journal().get("records").asInt() == 0);
        }
    }

    private static void awaitDeathOr(GatewayProcess gateway, java.util.concurrent.Callable<Boolean> condition) {
        Eventually.within(RECOVERY, "it is dead or done", () -> !gateway.isAlive() || condition.call());
    }

    private void load(GatewayProcess gateway, Random random) throws Exception {
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> asked = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                Map<String, Object> request = request(random);
                boolean leaves = random.nextInt(3) == 0;
                asked.add(clients.submit(() -> ask(gateway, request, leaves)));
            }
            for (Future<?> each : asked) {
                each.get(1, TimeUnit.MINUTES);
            }
        }
    }

    private static Map<String, Object> request(Random random) {
        return Map.of(
                "model",
                "molink-demo",
                "prompt",
                "%d %s".formatted(random.nextInt(), "and then ".repeat(random.nextInt(40))),
                "max_tokens",
                1 + random.nextInt(40),
                "n",
                1 + random.nextInt(2),
                "ignore_eos",
                true,
                "stream",
                true);
    }

    /** An answer may end anywhere, since the gateway may die anywhere; what counts is told by the books. */
    private void ask(GatewayProcess gateway, Map<String, Object> request, boolean leaves) {
        try {
            HttpResponse<InputStream> answer = gateway.http()
                    .sendAsync(gateway.completion(request), BodyHandlers.ofInputStream())
                    .get(50, TimeUnit.SECONDS);
            statuses.merge(answer.statusCode(), 1, Integer::sum);
            if (answer.statusCode() == 200) {
                told.add(answer.headers().firstValue("x-request-id").orElseThrow());
            }
            try (InputStream body = answer.body()) {
                if (leaves) {
                    body.readNBytes(300);
                } else {
                    body.readAllBytes();
                }
            }
        } catch (IOException | ExecutionException died) {
            broken.incrementAndGet();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.TimeoutException hangs) {
            throw new AssertionError("a request got no answer and no end", hangs);
        }
    }
}
