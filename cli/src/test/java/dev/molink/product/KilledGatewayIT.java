package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/**
 * A gateway dies as with kill -9 at each fail point in turn, under load, and starts again over what it left. It must come to
 * every point. After the last start the books must be whole, whatever was in flight at each death: one record per request
 * that reached a head, the stages' own counters in agreement, usage, ledger and budget of one mind, nothing under way,
 * nothing reserved by the dead, and the product's own reconciliation without a difference. With {@code --full} at every
 * point, else at a seeded tenth of them.
 */
@Timeout(value = 45, unit = TimeUnit.MINUTES)
class KilledGatewayIT {

    private static final boolean FULL = Boolean.getBoolean("molink.test.full");
    private static final int KILLED = 137;
    private static final Duration RECOVERY = Duration.ofSeconds(60);
    private static final String ADMIN = "admin-of-killed-gateways";

    /** At which a request is in the journal and nowhere else. */
    private static final String LEAVES_A_REQUEST = "head.before-generate";

    private final Instant began = Instant.now().minusSeconds(1);

    @Test
    void everyPointIsKnown() throws IOException {
        assertThat(FailPoints.inTheSources())
                .containsExactlyInAnyOrderElementsOf(known())
                .doesNotHaveDuplicates();
    }

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
            GatewayLoad load = new GatewayLoad(random);
            assertThat(notReached(points, gateway, database, load, random))
                    .as("points to which it did not come")
                    .isEmpty();

            gateway.start();
            gateway.awaitReady();

            assertWhole(gateway, database, load, nodes.folder(nodePort));
        } finally {
            Folders.delete(data);
        }
    }

    private static List<String> known() {
        return Stream.concat(FailPoints.OF_REQUESTS.stream(), FailPoints.OF_ADMINISTRATION.stream())
                .toList();
    }

    private static List<String> chosen(Random random) {
        String named = System.getProperty("molink.test.points", "");
        if (!named.isEmpty()) {
            return List.of(named.split(","));
        }
        List<String> all = new ArrayList<>(known());
        Collections.shuffle(all, random);
        return FULL ? all : all.subList(0, Math.ceilDiv(all.size(), 10));
    }

    private static Map<String, String> environment(ProductDatabase database) {
        Map<String, String> environment = new HashMap<>(database.environment());
        environment.put("MOLINK_GATEWAY_USAGE_GRACE", "2s");
        environment.put("MOLINK_DEMO_ADMIN_KEY", ADMIN);
        return environment;
    }

    private static AdminClient admin(GatewayProcess gateway) {
        return new AdminClient(gateway.port(), ADMIN, "demo");
    }

    /** Lets a gateway die at each point and leaves none running. */
    private static List<String> notReached(
            List<String> points, GatewayProcess gateway, ProductDatabase database, GatewayLoad load, Random random)
            throws Exception {
        List<String> notReached = new ArrayList<>();
        AdministrationWrites writes = new AdministrationWrites(admin(gateway), database);
        for (String point : points) {
            if (FailPoints.OF_RECOVERIES.contains(point)) {
                startToDieAt(LEAVES_A_REQUEST, 1, gateway);
                load.on(gateway);
                awaitDeath(gateway);
                gateway.kill();
            }
            startToDieAt(point, FailPoints.isPassedOften(point) ? 1 + random.nextInt(2) : 1, gateway);
            lead(gateway, point, database, load, writes);
            boolean dead = awaitDeath(gateway);
            if (dead) {
                assertThat(gateway.exitStatus()).as(gateway.obituary()).isEqualTo(KILLED);
            } else {
                notReached.add(point);
            }
            System.out.printf(
                    "KilledGatewayIT: %s: %s, answers by status (0: none) %s%n",
                    point, dead ? "died" : "not reached", load.statuses());
            gateway.kill();
        }
        return notReached;
    }

    /** It may die during its start already, while it takes up what the last one left. */
    private static void startToDieAt(String point, int passage, GatewayProcess gateway) throws IOException {
        gateway.start(Map.of("JDK_JAVA_OPTIONS", "-Dmolink.fail-point=%s:%d".formatted(point, passage)));
        Eventually.within(Duration.ofMinutes(2), "it serves or is dead", () -> !gateway.isAlive() || gateway.isReady());
    }

    /** Does what a gateway comes to the point by. */
    private static void lead(
            GatewayProcess gateway,
            String point,
            ProductDatabase database,
            GatewayLoad load,
            AdministrationWrites writes)
            throws Exception {
        if (FailPoints.OF_OUTAGES.contains(point) && gateway.isAlive()) {
            load.one(gateway);
            database.kill();
            load.on(gateway);
            awaitDeathOr(gateway, () -> gateway.journal().get("records").asInt() > 0);
            database.startAgain();
            return;
        }
        load.on(gateway);
        if (FailPoints.OF_ADMINISTRATION.contains(point)) {
            try {
                writes.pass(point);
            } catch (IOException unanswered) {
                Eventually.within(RECOVERY, "only death keeps it from answering", () -> !gateway.isAlive());
            }
        }
    }

    private static void awaitDeathOr(GatewayProcess gateway, Callable<Boolean> condition) {
        Eventually.within(RECOVERY, "it is dead or done", () -> !gateway.isAlive() || condition.call());
    }

    private static boolean awaitDeath(GatewayProcess gateway) throws InterruptedException {
        long end = System.nanoTime() + RECOVERY.toNanos();
        while (gateway.isAlive() && System.nanoTime() < end) {
            Thread.sleep(50);
        }
        return !gateway.isAlive();
    }

    private void assertWhole(GatewayProcess gateway, ProductDatabase database, GatewayLoad load, Path stage) {
        Eventually.within(
                RECOVERY,
                "nothing is under way",
                () -> gateway.journal().get("underWay").asInt() == 0
                        && gateway.journal().get("records").asInt() == 0);
        Eventually.within(RECOVERY, "stages agree with the books", () -> {
            List<JsonNode> records = gateway.usage();
            BooksComparison.assertSame(records, List.of(stage));
            BooksComparison.assertRecorded(records, load.told());
            new MoneyBooks(database.dataSource()).assertWhole();
            return true;
        });
        Eventually.within(RECOVERY, "the product finds no difference", () -> {
            JsonNode run = admin(gateway).reconcile(began);
            assertThat(run.get("requests").asInt())
                    .isEqualTo(gateway.usage().size())
                    .isPositive();
            assertThat(run.get("difference").asInt()).as(run.toString()).isZero();
            assertThat(run.get("open_items").asInt()).as(run.toString()).isZero();
            return true;
        });
    }
}
