package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.journal.CounterHistory;
import dev.molink.stagenode.journal.RequestCounts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.math.RoundingMode;
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
import java.time.Instant;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every bill, computed a second time by {@code bills.py} from what the clients saw, is what the ledger says, to the last
 * digit: after random requests of four tenants with clients that leave, bad requests, limits that refuse, a hard budget that
 * is used up half-way, prices that change while streams run, and keys that are rotated. The costs of each tenant are its bill.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class BillsIT {

    private static final int REQUESTS = Boolean.getBoolean("molink.test.full") ? 20_000 : 2_000;
    private static final int ROUNDS = 5;

    /** The round from which on one tenant has a hard budget. */
    private static final int BUDGET_ROUND = 2;

    private static final int LEASE_TOKENS = 256;
    private static final int LEASE_PROMPT = 20;
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
    private final Instant since = Instant.now();
    private BigDecimal budget = BigDecimal.ZERO;
    private int refused;
    private int unpaid;
    private int endedByBudget;

    /**
     * Somebody who is billed.
     *
     * @param keys that work
     * @param thrifty has the budget, and streams long enough to use it up
     */
    private record Tenant(String organizationId, String projectId, List<Key> keys, boolean thrifty) {}

    private record Key(String keyId, String text) {}

    /** How a stream that was read to its end came to it. */
    private enum End {
        COMPLETE,
        OUT_OF_BUDGET,
        REFUSED
    }

    @Test
    void areWhatAnotherProgramComputesFromTheTranscripts() throws Exception {
        Path python = Scripts.python("bills", "tokenizers==0.22.1");
        long seed = Long.getLong("molink.test.seed", System.nanoTime());
        System.out.printf("BillsIT: seed %d (-Dmolink.test.seed), %d requests%n", seed, REQUESTS);
        Random random = new Random(seed);
        try (RunningDemo demo = RunningDemo.start(Map.of("MOLINK_DEMO_ADMIN_KEY", ADMIN_KEY));
                ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Tenant> tenants = new ArrayList<>();
            for (int number = 0; number < 4; number++) {
                tenants.add(tenant(demo, "tenant-%d".formatted(number), number == 3));
            }
            Tenant thrifty = tenants.getLast();
            limit(demo, tenants.get(2));
            for (int round = 0; round < ROUNDS; round++) {
                changePrices(demo, tenants.getFirst(), thrifty, round, random);
                rotate(demo, tenants.get(round % tenants.size()));
                ask(demo, clients, tenants, round, random);
                if (round == BUDGET_ROUND) {
                    assertThat(unpaid).as("requests over the budget").isPositive();
                    spendTheRest(demo, thrifty);
                }
            }

            Map<String, BigDecimal> computed = computed(python, demo);
            for (Tenant tenant : tenants) {
                assertBilled(demo, tenant, computed);
            }
            assertSpent(demo, thrifty);
            assertThat(refused).as("requests over the limit").isPositive();
            assertThat(transcripts).anyMatch(each -> each.get("kind").equals(LEFT));
        }
    }

    private Tenant tenant(RunningDemo demo, String name, boolean thrifty) throws Exception {
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
                keys,
                thrifty);
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

    /**
     * Everybody's price, in odd rounds one tenant's own, and with the budget its tenant's. They hold for what is asked a
     * second later, and so does the budget.
     */
    private void changePrices(RunningDemo demo, Tenant special, Tenant thrifty, int round, Random random)
            throws Exception {
        price(demo, special, false, round, random);
        if (round % 2 == 1) {
            price(demo, special, true, round, random);
        }
        if (round == BUDGET_ROUND) {
            price(demo, thrifty, true, round, random);
            awaitSettlement(demo, thrifty);
            setBudget(demo, thrifty, costs(demo, thrifty).add(lease().multiply(new BigDecimal("5.5"))));
        }
        Thread.sleep(Duration.ofMillis(1200));
    }

    private void price(RunningDemo demo, Tenant tenant, boolean own, int round, Random random) throws Exception {
        // No kind of token of the thrifty one is so cheap beside another that the budget would outlast the round.
        int atLeast = own && tenant.thrifty() ? 100 : 0;
        Map<String, String> price = new LinkedHashMap<>();
        price.put("prompt", amount(random, atLeast));
        price.put("cached", amount(random, atLeast));
        price.put("generated", amount(random, atLeast));
        price.put("minimum", random.nextBoolean() ? "0" : "0.0000" + (1 + random.nextInt(99)));
        Map<String, Object> body = new HashMap<>();
        body.put("model", "molink-demo");
        body.put("prompt_per_million", price.get("prompt"));
        body.put("cached_per_million", price.get("cached"));
        body.put("generated_per_million", price.get("generated"));
        body.put("minimum_charge", price.get("minimum"));
        body.put("currency", "USD");
        if (own) {
            body.put("organization_id", tenant.organizationId());
        }
        admin(demo, tenant).post("/admin/v1/prices", body);
        Map<String, Object> known = new LinkedHashMap<>(price);
        known.put("tenant", own ? tenant.organizationId() : null);
        known.put("round", round);
        prices.add(known);
    }

    /** Up to twelve decimals; from {@code atLeast} to 1000. */
    private static String amount(Random random, int atLeast) {
        return Stream.generate(() -> new BigDecimal(random.nextLong(10_000_000_000_000L))
                        .movePointLeft(random.nextInt(13))
                        .remainder(new BigDecimal(1000)))
                .filter(amount -> amount.compareTo(BigDecimal.valueOf(atLeast)) >= 0)
                .findFirst()
                .orElseThrow()
                .toPlainString();
    }

    /** What clients that left have to pay is known a little later. */
    private void awaitSettlement(RunningDemo demo, Tenant tenant) {
        Eventually.within(
                Duration.ofMinutes(1), "all requests of %s are settled".formatted(tenant.organizationId()), () -> {
                    BigDecimal before = costs(demo, tenant);
                    Thread.sleep(Duration.ofSeconds(2));
                    return demo.kvBlocksUsed() == 0 && before.compareTo(costs(demo, tenant)) == 0;
                });
    }

    /** Hard, and only ever a larger one. */
    private void setBudget(RunningDemo demo, Tenant thrifty, BigDecimal amount) throws Exception {
        assertThat(amount).isGreaterThan(budget);
        budget = amount.setScale(12, RoundingMode.UP); // no limit has more decimals
        admin(demo, thrifty)
                .post(
                        "/admin/v1/limits",
                        Map.of(
                                "owner", "project",
                                "owner_id", thrifty.projectId(),
                                "metric", "budget_per_month",
                                "amount", budget.toPlainString(),
                                "mode", "hard",
                                "currency", "USD"));
    }

    /** What a request with a prompt of {@link #LEASE_PROMPT} tokens reserves at the thrifty tenant's own price. */
    private BigDecimal lease() {
        Map<String, Object> price = prices.stream()
                .filter(each -> each.get("round").equals(BUDGET_ROUND) && each.get("tenant") != null)
                .findFirst()
                .orElseThrow();
        BigDecimal prompt = decimal(price, "prompt").max(decimal(price, "cached"));
        return prompt.multiply(BigDecimal.valueOf(LEASE_PROMPT))
                .add(decimal(price, "generated").multiply(BigDecimal.valueOf(LEASE_TOKENS)))
                .movePointLeft(6)
                .max(decimal(price, "minimum"));
    }

    private static BigDecimal decimal(Map<String, Object> price, String what) {
        return new BigDecimal((String) price.get(what));
    }

    /**
     * Streams, one after the other, until the budget ends one of them in the middle. Where less than a lease is left for the
     * next, the budget grows a little, and that one ends so.
     */
    private void spendTheRest(RunningDemo demo, Tenant thrifty) throws Exception {
        End end = End.COMPLETE;
        for (int tries = 0; end != End.OUT_OF_BUDGET; tries++) {
            assertThat(tries).as("streams that no budget ended").isLessThan(10);
            Map<String, Object> body = new HashMap<>(
                    Map.of("model", "molink-demo", "prompt", "a stage computes", "max_tokens", 1500, "logprobs", 0));
            end = stream(demo, thrifty, thrifty.keys().getLast(), BUDGET_ROUND, body);
            if (end == End.REFUSED) {
                setBudget(demo, thrifty, budget.add(lease().multiply(new BigDecimal("1.5"))));
                Thread.sleep(Duration.ofMillis(1200));
            }
        }
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
        if (tenant.thrifty() && kind < 40) {
            body.put("max_tokens", 300 + random.nextInt(400));
            stream(demo, tenant, key, round, body);
            return;
        }
        body.put("n", 1 + random.nextInt(2));
        HttpResponse<String> answer = http.send(request(demo, key, body), BodyHandlers.ofString());
        if (answer.statusCode() == 200) {
            note(finished(tenant, round, body, answer));
        } else {
            noteRefusal(tenant, answer.statusCode(), answer.body());
        }
    }

    /** Reads a long stream to its end. */
    private End stream(RunningDemo demo, Tenant tenant, Key key, int round, Map<String, Object> body) throws Exception {
        body.put("stream", true);
        body.put("stream_options", Map.of("include_usage", true));
        body.put("ignore_eos", true);
        HttpResponse<String> answer = http.send(request(demo, key, body), BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            noteRefusal(tenant, answer.statusCode(), answer.body());
            return End.REFUSED;
        }
        List<JsonNode> chunks = answer.body()
                .lines()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> JsonMapper.shared().readTree(line.substring("data: ".length())))
                .toList();
        note(streamed(transcript("finished", tenant, round, body, answer), chunks));
        if (chunks.stream()
                .noneMatch(chunk -> chunk.at("/molink/ended_by").asString("").equals("budget"))) {
            return End.COMPLETE;
        }
        noteEndedByBudget(tenant);
        return End.OUT_OF_BUDGET;
    }

    /** Of a stream with one choice, whose usage is in the last chunk. */
    private static Map<String, Object> streamed(Map<String, Object> transcript, List<JsonNode> chunks) {
        int logprobs = chunks.stream()
                .mapToInt(chunk -> chunk.at("/choices/0/logprobs/tokens").size())
                .sum();
        String finish = chunks.stream()
                .map(chunk -> chunk.at("/choices/0/finish_reason").asString(""))
                .filter(reason -> !reason.isEmpty())
                .collect(Collectors.joining());
        transcript.put("choices", List.of(Map.of("logprobs", logprobs, "finish", finish)));
        putUsage(transcript, chunks.getLast().get("usage"));
        return transcript;
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
        putUsage(transcript, json.get("usage"));
        return transcript;
    }

    private static void putUsage(Map<String, Object> transcript, JsonNode usage) {
        transcript.put(
                "cached", usage.at("/prompt_tokens_details/cached_tokens").asInt());
        transcript.put(
                "usage",
                List.of(
                        usage.get("prompt_tokens").asInt(),
                        usage.get("completion_tokens").asInt()));
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
            // The thrifty one's first lease covers it all: what the head has computed tells the bill, and no budget.
            body.put("max_tokens", 200 + random.nextInt(tenant.thrifty() ? LEASE_TOKENS - 199 : 200));
        }
        try (HttpClient leaving = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> answer = leaving.send(request(demo, key, body), BodyHandlers.ofInputStream());
            if (answer.statusCode() != 200) {
                noteRefusal(
                        tenant, answer.statusCode(), new String(answer.body().readAllBytes(), StandardCharsets.UTF_8));
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

    private synchronized void noteRefusal(Tenant tenant, int status, String body) {
        assertThat(status).as(body).isIn(400, 404, 429);
        if (status == 429 && body.contains("insufficient_quota")) {
            assertThat(tenant.thrifty()).as(body).isTrue();
            unpaid++;
        } else {
            refused += status == 429 ? 1 : 0;
        }
    }

    private synchronized void noteEndedByBudget(Tenant tenant) {
        assertThat(tenant.thrifty()).isTrue();
        endedByBudget++;
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

    private void assertBilled(RunningDemo demo, Tenant tenant, Map<String, BigDecimal> computed) throws Exception {
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
        assertThat(costs(demo, tenant))
                .isEqualByComparingTo(expected.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add));
    }

    /** Not a digit over the budget, and nothing left that would do for another lease. */
    private void assertSpent(RunningDemo demo, Tenant thrifty) throws Exception {
        BigDecimal spent = costs(demo, thrifty);
        System.out.printf(
                "BillsIT: %s spent of %s, a lease is %s, %d streams ended, %d requests refused%n",
                spent, budget, lease(), endedByBudget, unpaid);
        assertThat(spent).isLessThanOrEqualTo(budget);
        assertThat(budget.subtract(spent)).as("unspent of %s", budget).isLessThan(lease());
        assertThat(endedByBudget).as("streams that the budget ended").isPositive();
    }

    /** All that the tenant has been charged, as the costs of its days tell it. */
    private BigDecimal costs(RunningDemo demo, Tenant tenant) throws Exception {
        return admin(demo, tenant)
                .get("/v1/organization/costs?start_time=" + since.getEpochSecond())
                .get("data")
                .valueStream()
                .flatMap(bucket -> bucket.get("results").valueStream())
                .map(result -> result.at("/amount/value").decimalValue())
                .reduce(BigDecimal.ZERO, BigDecimal::add);
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
