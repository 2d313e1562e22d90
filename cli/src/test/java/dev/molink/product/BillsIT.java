package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.journal.CounterHistory;
import dev.molink.stagenode.journal.RequestCounts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every bill, computed a second time by {@code bills.py} from what the clients saw, is what the ledger says, to the last
 * digit: after random requests of three tenants with clients that leave, bad requests, limits that refuse, prices that change
 * while streams run, and keys that are rotated.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class BillsIT {

    private static final int REQUESTS = Boolean.getBoolean("molink.test.full") ? 20_000 : 2_000;
    private static final int ROUNDS = 5;
    private static final int AT_ONCE = 16;
    private static final String ADMIN_KEY = "admin-key-of-the-bills";
    private static final String COMPLETIONS = "/v1/completions";
    private static final String LEFT = "left";
    private static final Path TOKENIZER =
            Path.of(System.getProperty("molink.root"), "models", "molink-demo", "tokenizer.json");

    private static final List<String> WORDS = List.of(
            "a", "stage", "computes", "and", "sends", "the", "next", "one", "waits", "MoLink", "is", "42", "über");

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Map<String, Object>> transcripts = new ArrayList<>();
    private final List<Map<String, Object>> prices = new ArrayList<>();
    private int refused;

    /** @param keys that work */
    private record Tenant(String organizationId, String projectId, List<Key> keys) {}

    private record Key(String keyId, String text) {}

    @Test
    void areWhatAnotherProgramComputesFromTheTranscripts() throws Exception {
        Path python = Scripts.python("bills", "tokenizers==0.22.1");
        long seed = Long.getLong("molink.test.seed", System.nanoTime());
        System.out.printf("BillsIT: seed %d (-Dmolink.test.seed), %d requests%n", seed, REQUESTS);
        Random random = new Random(seed);
        try (RunningDemo demo = RunningDemo.start(Map.of("MOLINK_DEMO_ADMIN_KEY", ADMIN_KEY));
                ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Tenant> tenants = new ArrayList<>();
            for (int number = 0; number < 3; number++) {
                tenants.add(tenant(demo, "tenant-%d".formatted(number)));
            }
            limit(demo, tenants.getLast());
            for (int round = 0; round < ROUNDS; round++) {
                changePrices(demo, tenants.getFirst(), round, random);
                rotate(demo, tenants.get(round % tenants.size()));
                ask(demo, clients, tenants, round, random);
            }

            Map<String, BigDecimal> computed = computed(python, demo);
            for (Tenant tenant : tenants) {
                assertBilled(demo, tenant, computed);
            }
            assertThat(refused).as("requests over the limit").isPositive();
            assertThat(transcripts).anyMatch(each -> each.get("kind").equals(LEFT));
        }
    }

    private Tenant tenant(RunningDemo demo, String name) throws Exception {
        HttpResponse<String> made = RunningDemo.http(HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:%d/actuator/keys".formatted(demo.port() + 1)))
                .header("Authorization", "Bearer " + token(demo))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json(Map.of("name", "first", "organization", name, "project", "main"))))
                .build());
        assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
        JsonNode key = JsonMapper.shared().readTree(made.body());
        List<Key> keys = new ArrayList<>(
                List.of(new Key(key.at("/key/keyId").asString(), key.get("text").asString())));
        return new Tenant(
                key.at("/key/organizationId").asString(),
                key.at("/key/projectId").asString(),
                keys);
    }

    private static String token(RunningDemo demo) throws IOException {
        return Files.readString(demo.data().resolve("management-token")).strip();
    }

    /** So few that a busy minute has more. */
    private void limit(RunningDemo demo, Tenant tenant) throws Exception {
        admin(demo, tenant)
                .post(
                        "/admin/v1/limits",
                        Map.of(
                                "owner",
                                "project",
                                "owner_id",
                                tenant.projectId(),
                                "metric",
                                "requests_per_minute",
                                "amount",
                                Integer.toString(REQUESTS / 20)));
    }

    /** Everybody's price, and in odd rounds one tenant's own. They hold for what is asked a second later. */
    private void changePrices(RunningDemo demo, Tenant special, int round, Random random) throws Exception {
        price(demo, special, null, round, random);
        if (round % 2 == 1) {
            price(demo, special, special.organizationId(), round, random);
        }
        Thread.sleep(Duration.ofMillis(1200));
    }

    private void price(RunningDemo demo, Tenant asked, @Nullable String organization, int round, Random random)
            throws Exception {
        Map<String, String> price = new LinkedHashMap<>();
        price.put("prompt", amount(random));
        price.put("cached", amount(random));
        price.put("generated", amount(random));
        price.put("minimum", random.nextBoolean() ? "0" : "0.0000" + (1 + random.nextInt(99)));
        Map<String, Object> body = new HashMap<>();
        body.put("model", "molink-demo");
        body.put("prompt_per_million", price.get("prompt"));
        body.put("cached_per_million", price.get("cached"));
        body.put("generated_per_million", price.get("generated"));
        body.put("minimum_charge", price.get("minimum"));
        body.put("currency", "USD");
        if (organization != null) {
            body.put("organization_id", organization);
        }
        admin(demo, asked).post("/admin/v1/prices", body);
        Map<String, Object> known = new LinkedHashMap<>(price);
        known.put("tenant", organization);
        known.put("round", round);
        prices.add(known);
    }

    /** Up to twelve decimals. */
    private static String amount(Random random) {
        return new BigDecimal(random.nextLong(10_000_000_000_000L))
                .movePointLeft(random.nextInt(13))
                .remainder(new BigDecimal(1000))
                .toPlainString();
    }

    private void rotate(RunningDemo demo, Tenant tenant) throws Exception {
        Key old = tenant.keys().getLast();
        JsonNode made = admin(demo, tenant)
                .post("/admin/v1/api_keys/%s/rotate".formatted(old.keyId()), Map.of("overlap_seconds", 3600));
        tenant.keys().add(new Key(made.get("id").asString(), made.get("value").asString()));
    }

    private static AdminClient admin(RunningDemo demo, Tenant tenant) {
        return new AdminClient(demo.port(), ADMIN_KEY, tenant.organizationId());
    }

    private void ask(RunningDemo demo, ExecutorService clients, List<Tenant> tenants, int round, Random random)
            throws Exception {
        List<Future<?>> asked = new ArrayList<>();
        for (int i = 0; i < REQUESTS / ROUNDS; i++) {
            Tenant tenant = tenants.get(random.nextInt(tenants.size()));
            Key key = tenant.keys().get(random.nextInt(tenant.keys().size()));
            Random own = new Random(random.nextLong());
            asked.add(clients.submit(() -> {
                one(demo, tenant, key, round, own);
                return null;
            }));
        }
        for (Future<?> each : asked) {
            each.get(30, TimeUnit.MINUTES);
        }
    }

    private void one(RunningDemo demo, Tenant tenant, Key key, int round, Random random) throws Exception {
        int kind = random.nextInt(100);
        Map<String, Object> body = new HashMap<>();
        body.put("model", kind < 3 ? "no-such-model" : "molink-demo");
        body.put("prompt", prompt(random));
        body.put("max_tokens", kind < 6 ? 100_000 : 1 + random.nextInt(12));
        body.put("n", 1);
        body.put("logprobs", 0);
        if (kind < 20) {
            leave(demo, tenant, key, round, random, body);
            return;
        }
        body.put("n", 1 + random.nextInt(2));
        HttpResponse<String> answer = http.send(request(demo, key, body), BodyHandlers.ofString());
        if (answer.statusCode() == 200) {
            note(finished(tenant, round, body, answer));
        } else {
            noteRefusal(answer.statusCode());
        }
    }

    private static String prompt(Random random) {
        return Stream.generate(() -> WORDS.get(random.nextInt(WORDS.size())))
                .limit(1 + random.nextInt(random.nextInt(10) == 0 ? 120 : 20))
                .collect(Collectors.joining(" "));
    }

    private static HttpRequest request(RunningDemo demo, Key key, Map<String, Object> body) {
        return HttpRequest.newBuilder(URI.create(demo.url(COMPLETIONS)))
                .header("Authorization", "Bearer " + key.text())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json(body)))
                .build();
    }

    private static Map<String, Object> finished(
            Tenant tenant, int round, Map<String, Object> body, HttpResponse<String> answer) {
        JsonNode json = JsonMapper.shared().readTree(answer.body());
        List<Map<String, Object>> choices = json.get("choices")
                .valueStream()
                .<Map<String, Object>>map(choice -> Map.of(
                        "logprobs", choice.at("/logprobs/tokens").size(),
                        "finish", choice.get("finish_reason").asString()))
                .toList();
        Map<String, Object> transcript = transcript("finished", tenant, round, body, answer);
        transcript.put("choices", choices);
        transcript.put(
                "cached", json.at("/usage/prompt_tokens_details/cached_tokens").asInt());
        transcript.put(
                "usage",
                List.of(
                        json.at("/usage/prompt_tokens").asInt(),
                        json.at("/usage/completion_tokens").asInt()));
        return transcript;
    }

    private static Map<String, Object> transcript(
            String kind, Tenant tenant, int round, Map<String, Object> body, HttpResponse<?> answer) {
        Map<String, Object> transcript = new HashMap<>();
        transcript.put("kind", kind);
        transcript.put("request", answer.headers().firstValue("x-request-id").orElseThrow());
        transcript.put("tenant", tenant.organizationId());
        transcript.put("round", round);
        transcript.put("prompt", body.get("prompt"));
        return transcript;
    }

    /** Reads some lines of a long stream and goes; now and then the stream is over before. */
    private void leave(RunningDemo demo, Tenant tenant, Key key, int round, Random random, Map<String, Object> body)
            throws Exception {
        body.put("stream", true);
        body.put("ignore_eos", true);
        if (!body.get("max_tokens").equals(100_000)) {
            body.put("max_tokens", 200 + random.nextInt(200));
        }
        try (HttpClient leaving = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> answer = leaving.send(request(demo, key, body), BodyHandlers.ofInputStream());
            if (answer.statusCode() != 200) {
                answer.body().close();
                noteRefusal(answer.statusCode());
                return;
            }
            note(transcript(LEFT, tenant, round, body, answer));
            BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
            for (int read = random.nextInt(40); read > 0 && lines.readLine() != null; read--) {}
            leaving.shutdownNow();
        }
    }

    private synchronized void note(Map<String, Object> transcript) {
        transcripts.add(transcript);
    }

    private synchronized void noteRefusal(int status) {
        assertThat(status).isIn(400, 404, 429);
        refused += status == 429 ? 1 : 0;
    }

    /** What the other program makes of the transcripts, once the last stage's journal tells of all that left. */
    private Map<String, BigDecimal> computed(Path python, RunningDemo demo) throws Exception {
        Eventually.within(Duration.ofMinutes(2), "nothing runs any more", () -> demo.kvBlocksUsed() == 0);
        Map<String, RequestCounts> counted = new HashMap<>();
        Eventually.within(Duration.ofMinutes(1), "the journal is written", () -> {
            Map<String, RequestCounts> before = Map.copyOf(counted);
            CounterHistory.read(demo.data().resolve("stage-1").resolve("counters"))
                    .requests()
                    .forEach(counts -> counted.put(counts.requestId(), counts));
            Thread.sleep(Duration.ofSeconds(2));
            return before.equals(counted);
        });
        for (Map<String, Object> transcript : transcripts) {
            if (transcript.get("kind").equals(LEFT)) {
                RequestCounts counts = counted.get((String) transcript.get("request"));
                transcript.put(
                        "rows",
                        counts == null
                                ? 0
                                : counts.rows().computed() + counts.rows().accepted());
                transcript.put("cached", counts == null ? 0 : counts.cachedTokens());
            }
        }
        Path folder = Scripts.folder("bills-data");
        Files.write(
                folder.resolve("transcripts"),
                transcripts.stream().map(BillsIT::json).toList());
        Files.writeString(folder.resolve("prices"), json(prices));
        Scripts.Result result = Scripts.run(
                Map.of(),
                python.toString(),
                Scripts.source("bills.py").toString(),
                TOKENIZER.toString(),
                folder.resolve("transcripts").toString(),
                folder.resolve("prices").toString());
        assertThat(result.status()).as(result.output()).isZero();
        Map<String, BigDecimal> amounts = new TreeMap<>();
        JsonMapper.shared()
                .readTree(result.output())
                .properties()
                .forEach(entry -> amounts.put(
                        entry.getKey(), new BigDecimal(entry.getValue().asString())));
        return amounts;
    }

    private void assertBilled(RunningDemo demo, Tenant tenant, Map<String, BigDecimal> computed) {
        Map<String, BigDecimal> expected = new TreeMap<>();
        for (Map<String, Object> transcript : transcripts) {
            BigDecimal amount = computed.get((String) transcript.get("request"));
            if (transcript.get("tenant").equals(tenant.organizationId()) && amount != null) {
                expected.put((String) transcript.get("request"), amount.stripTrailingZeros());
            }
        }
        Eventually.within(Duration.ofMinutes(1), "the ledger of " + tenant.organizationId(), () -> {
            assertThat(ledger(demo, tenant)).isEqualTo(expected);
            return true;
        });
    }

    /** Charges by request id. */
    private Map<String, BigDecimal> ledger(RunningDemo demo, Tenant tenant) throws Exception {
        Map<String, BigDecimal> charges = new TreeMap<>();
        String after = "";
        boolean more = true;
        while (more) {
            JsonNode page = admin(demo, tenant).get("/admin/v1/ledger?limit=100" + after);
            for (JsonNode entry : page.get("data")) {
                assertThat(entry.get("kind").asString()).isEqualTo("charge");
                BigDecimal earlier = charges.put(
                        entry.at("/request/request_id").asString(),
                        new BigDecimal(entry.get("amount").asString()).stripTrailingZeros());
                assertThat(earlier).as("charged twice: %s", entry).isNull();
            }
            more = page.get("has_more").asBoolean();
            after = more ? "&after=" + page.get("last_id").asString() : "";
        }
        return charges;
    }

    private static String json(Object value) {
        return JsonMapper.shared().writeValueAsString(value);
    }
}
