package dev.molink.gateway.organization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.molink.controlplane.access.Organizations;
import dev.molink.controlplane.pricing.NewPrice;
import dev.molink.controlplane.pricing.PriceVersion;
import dev.molink.controlplane.pricing.Prices;
import dev.molink.controlplane.usage.UsageBill;
import dev.molink.controlplane.usage.UsageCounts;
import dev.molink.controlplane.usage.UsageEnding;
import dev.molink.controlplane.usage.UsageOrigin;
import dev.molink.controlplane.usage.UsageRecord;
import dev.molink.controlplane.usage.UsageRecord.Evidence;
import dev.molink.controlplane.usage.UsageServing;
import dev.molink.controlplane.usage.UsageStore;
import dev.molink.controlplane.usage.UsageTimes;
import dev.molink.gateway.testing.ApiClient;
import dev.molink.gateway.testing.ApiClient.Answer;
import dev.molink.gateway.testing.ScriptedNode;
import dev.molink.gateway.testing.TestGateway;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** {@code /v1/organization/usage/completions} and {@code /v1/organization/costs}. */
class UsageApiTests {

    private static final String USAGE = "/v1/organization/usage/completions";
    private static final String COSTS = "/v1/organization/costs";
    private static final String OPERATOR = "operator-of-the-test";
    private static final long DAY = 86_400;
    /** 2025-03-29; the day after, clocks go forward in Europe, which UTC does not know. */
    private static final long FIRST = 1_743_206_400;

    @TempDir
    static Path folder;

    private static TestGateway gateway;
    private static ApiClient operator;
    private static PriceVersion price;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start(folder, Map.of("MOLINK_DEMO_ADMIN_KEY", OPERATOR));
        operator = new ApiClient(gateway.port(), OPERATOR);
        price = gateway.bean(Prices.class)
                .create(
                        new NewPrice(
                                "priced",
                                null,
                                new BigDecimal("0.123456789012"),
                                new BigDecimal("0.01"),
                                new BigDecimal("2.5"),
                                new BigDecimal("0.0001"),
                                "USD",
                                null),
                        "test");
        String organization = gateway.bean(Organizations.class).standard();
        List<UsageRecord> records = new ArrayList<>();
        for (int day = 0; day < 40; day++) {
            Instant noon = Instant.ofEpochSecond(FIRST + day * DAY + DAY / 2);
            records.add(record("a" + day, organization, "proj_a", "priced", "ann", "default", noon));
            records.add(record("b" + day, organization, "proj_b", "free", null, "flex", noon.plusSeconds(61)));
            records.add(record("c" + day, "org_other", "proj_c", "priced", "eve", "default", noon));
        }
        gateway.bean(UsageStore.class).recordAll(records);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static UsageRecord record(
            String id,
            String organization,
            String project,
            String model,
            @Nullable String endUser,
            String tier,
            Instant finished) {
        return new UsageRecord(
                "req_" + id,
                new UsageOrigin("key_of_" + project, project, organization, "/v1/completions", endUser, tier),
                new UsageServing(model, "main", null),
                UsageCounts.tokens(100, 40, 7, 7L),
                UsageEnding.of("stop"),
                UsageBill.due(model.equals("priced") ? price.rule().ruleId() : null, null),
                new UsageTimes(finished, finished, finished),
                Evidence.HEAD);
    }

    @Test
    void answersInOpenAisShape() {
        Answer answer = operator.get("%s?start_time=%d&limit=1".formatted(USAGE, FIRST));

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        JsonNode page = answer.json();
        assertThat(page.propertyNames()).containsExactly("object", "data", "has_more", "next_page");
        assertThat(page.get("object").stringValue()).isEqualTo("page");
        JsonNode bucket = page.at("/data/0");
        assertThat(bucket.propertyNames()).containsExactly("object", "start_time", "end_time", "results");
        assertThat(bucket.get("start_time").longValue()).isEqualTo(FIRST);
        assertThat(bucket.get("end_time").longValue()).isEqualTo(FIRST + DAY);
        JsonNode result = bucket.at("/results/0");
        assertThat(result.get("object").stringValue()).isEqualTo("organization.usage.completions.result");
        assertThat(result.get("input_tokens").longValue()).isEqualTo(200);
        assertThat(result.get("input_cached_tokens").longValue()).isEqualTo(80);
        assertThat(result.get("input_uncached_tokens").longValue()).isEqualTo(120);
        assertThat(result.get("output_tokens").longValue()).isEqualTo(14);
        assertThat(result.get("num_model_requests").longValue()).isEqualTo(2);
        assertThat(List.of("project_id", "user_id", "api_key_id", "model", "batch", "service_tier"))
                .allSatisfy(key -> assertThat(result.get(key).isNull()).as(key).isTrue());
    }

    @Test
    void walksThroughAllPagesOnce() {
        List<Long> starts = new ArrayList<>();
        String page = "";
        for (int pages = 0; pages < 20; pages++) {
            JsonNode answer = operator.get("%s?start_time=%d&end_time=%d&limit=7%s"
                            .formatted(USAGE, FIRST + 5, FIRST + 40 * DAY, page))
                    .json();
            answer.get("data")
                    .forEach(bucket -> starts.add(bucket.get("start_time").longValue()));
            if (!answer.get("has_more").booleanValue()) {
                assertThat(answer.get("next_page").isNull()).isTrue();
                break;
            }
            page = "&page=" + answer.get("next_page").stringValue();
        }

        assertThat(starts)
                .containsExactlyElementsOf(IntStream.range(0, 40)
                        .mapToObj(day -> FIRST + day * DAY)
                        .toList());
    }

    @Test
    void groupsAndFiltersByWhatTheRequestNames() {
        String day = "%s?start_time=%d&limit=1".formatted(USAGE, FIRST);

        List<JsonNode> groups =
                results(day + "&group_by=project_id&group_by=user_id,model&group_by%5B%5D=service_tier&group_by=batch");
        List<JsonNode> ofAnn = results(day + "&user_ids=ann&group_by=api_key_id");
        List<JsonNode> ofModels = results(day + "&models=free&models%5B%5D=nothing");

        assertThat(groups).hasSize(2);
        assertThat(groups.getFirst().get("project_id").stringValue()).isEqualTo("proj_a");
        assertThat(groups.getFirst().get("user_id").stringValue()).isEqualTo("ann");
        assertThat(groups.getFirst().get("batch").booleanValue()).isFalse();
        assertThat(groups.getLast().get("user_id").isNull()).isTrue();
        assertThat(groups.getLast().get("service_tier").stringValue()).isEqualTo("flex");
        assertThat(ofAnn).hasSize(1);
        assertThat(ofAnn.getFirst().get("api_key_id").stringValue()).isEqualTo("key_of_proj_a");
        assertThat(ofModels).hasSize(1);
        assertThat(ofModels.getFirst().get("num_model_requests").longValue()).isEqualTo(1);
        assertThat(results(day + "&batch=true")).isEmpty();
        assertThat(results(day + "&batch=false")).hasSize(1);
        assertThat(results(day + "&project_ids=proj_c")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1m, 60", "1h, 3600", "1d, 86400"})
    void everyWidthTellsTheSame(String width, long seconds) {
        long start = FIRST + 13 * 60;

        JsonNode page = operator.get("%s?bucket_width=%s&start_time=%d&end_time=%d&limit=%d"
                        .formatted(USAGE, width, start, FIRST + DAY, Math.min(1440, DAY / seconds)))
                .json();

        List<JsonNode> buckets =
                StreamSupport.stream(page.get("data").spliterator(), false).toList();
        assertThat(buckets.getFirst().get("start_time").longValue()).isEqualTo(start - start % seconds);
        assertThat(buckets.getLast().get("end_time").longValue()).isEqualTo(FIRST + DAY);
        assertThat(buckets.stream()
                        .flatMap(bucket ->
                                StreamSupport.stream(bucket.get("results").spliterator(), false))
                        .mapToLong(result -> result.get("num_model_requests").longValue())
                        .sum())
                .isEqualTo(2);
    }

    @Test
    void tellsCostsExactlyAndByLineItem() {
        String day = "%s?start_time=%d&limit=1".formatted(COSTS, FIRST);
        // 60 × 0.123456789012 + 40 × 0.01 + 7 × 2.5, per million
        BigDecimal expected = new BigDecimal("0.00002530740734072");
        BigDecimal minimum = new BigDecimal("0.0001");

        JsonNode whole = results(day).getFirst();
        List<JsonNode> items = results(day + "&group_by=line_item,project_id");

        assertThat(whole.get("object").stringValue()).isEqualTo("organization.costs.result");
        assertThat(whole.at("/amount/value").decimalValue()).isEqualByComparingTo(minimum);
        assertThat(whole.at("/amount/currency").stringValue()).isEqualTo("usd");
        assertThat(whole.get("line_item").isNull()).isTrue();
        assertThat(items.stream().map(item -> item.get("line_item").stringValue()))
                .containsExactly("priced, cached input", "priced, input", "priced, minimum charge", "priced, output");
        assertThat(items.stream()
                        .map(item -> item.get("quantity").isNull()
                                ? ""
                                : item.get("quantity").toString()))
                .containsExactly("40", "60", "", "7");
        assertThat(items)
                .allSatisfy(
                        item -> assertThat(item.get("project_id").stringValue()).isEqualTo("proj_a"));
        assertThat(items.stream()
                        .filter(item -> !item.get("quantity").isNull())
                        .map(item -> item.at("/amount/value").decimalValue())
                        .reduce(BigDecimal.ZERO, BigDecimal::add))
                .isEqualByComparingTo(expected);
        assertThat(items.stream()
                        .map(item -> item.at("/amount/value").decimalValue())
                        .reduce(BigDecimal.ZERO, BigDecimal::add))
                .isEqualByComparingTo(minimum);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/organization/usage/completions | start_time | missing_required_parameter",
                "/v1/organization/usage/completions?start_time=x | start_time | invalid_type",
                "/v1/organization/usage/completions?start_time=5&end_time=5 | end_time | invalid_value",
                "/v1/organization/usage/completions?start_time=5&bucket_width=1w | bucket_width | invalid_value",
                "/v1/organization/usage/completions?start_time=5&limit=32 | limit | above_max_value",
                "/v1/organization/usage/completions?start_time=5&bucket_width=1h&limit=169 | limit | above_max_value",
                "/v1/organization/usage/completions?start_time=5&bucket_width=1m&limit=1441 | limit | above_max_value",
                "/v1/organization/usage/completions?start_time=5&limit=0 | limit | below_min_value",
                "/v1/organization/usage/completions?start_time=5&group_by=colour | group_by | invalid_value",
                "/v1/organization/usage/completions?start_time=5&batch=maybe | batch | invalid_value",
                "/v1/organization/usage/completions?start_time=5&page=page_AAAA | page | invalid_value",
                "/v1/organization/costs?start_time=5&bucket_width=1h | bucket_width | invalid_value",
                "/v1/organization/costs?start_time=5&limit=181 | limit | above_max_value",
                "/v1/organization/costs?start_time=5&group_by=model | group_by | invalid_value"
            })
    void refusesWhatItDoesNotUnderstandByName(String path, String parameter, String code) {
        Answer answer = operator.get(path);

        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.json().at("/error/param").stringValue()).isEqualTo(parameter);
        assertThat(answer.json().at("/error/code").stringValue()).isEqualTo(code);
    }

    @Test
    void aRequestCountsForTheEndUserAndTierThatItNames() {
        long before = Instant.now().getEpochSecond();
        try (ScriptedNode _ =
                gateway.node(answer -> answer.say(0, "hello").stop(0).report())) {
            ApiClient client = new ApiClient(gateway.port(), TestGateway.KEY);
            Answer completion = client.post(
                    "/v1/completions", "{'model':'molink-demo','prompt':'a','user':'bob','safety_identifier':'x'}");
            Answer chat = client.post(
                    "/v1/chat/completions",
                    "{'model':'molink-demo','messages':[{'role':'user','content':'a'}],'safety_identifier':'carol',"
                            + "'service_tier':'flex'}");
            assertThat(completion.status()).as(completion.body()).isEqualTo(200);
            assertThat(chat.status()).as(chat.body()).isEqualTo(200);
            String path = "%s?start_time=%d&models=molink-demo&group_by=user_id,service_tier&bucket_width=1d&limit=1"
                    .formatted(USAGE, before);

            await().until(() -> results(path).size() == 2);

            assertThat(results(path).stream()
                            .map(result -> result.get("user_id").stringValue() + " "
                                    + result.get("service_tier").stringValue()))
                    .containsExactly("bob default", "carol flex");
        }
    }

    @Test
    void refusesAnEndUserThatIsTooLongOrNoText() {
        ApiClient client = new ApiClient(gateway.port(), TestGateway.KEY);

        Answer tooLong = client.post(
                "/v1/completions", "{'model':'molink-demo','prompt':'a','user':'%s'}".formatted("u".repeat(257)));
        Answer control = client.post("/v1/completions", "{'model':'molink-demo','prompt':'a','user':'a\\u0000'}");
        Answer number = client.post("/v1/completions", "{'model':'molink-demo','prompt':'a','safety_identifier':7}");

        assertThat(tooLong.json().at("/error/message").stringValue())
                .isEqualTo("Invalid 'user': expected at most 256 characters, but got 257.");
        assertThat(control.json().at("/error/param").stringValue()).isEqualTo("user");
        assertThat(number.json().at("/error/code").stringValue()).isEqualTo("invalid_type");
        assertThat(List.of(tooLong, control, number))
                .allSatisfy(answer -> assertThat(answer.status()).isEqualTo(400));
    }

    private static List<JsonNode> results(String path) {
        Answer answer = operator.get(path);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return StreamSupport.stream(answer.json().get("data").spliterator(), false)
                .flatMap(bucket -> StreamSupport.stream(bucket.get("results").spliterator(), false))
                .toList();
    }
}
