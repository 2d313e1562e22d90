package dev.molink.cli.figures;

import dev.molink.controlplane.pricing.PricingAutoConfiguration;
import dev.molink.controlplane.rollup.BucketWidth;
import dev.molink.controlplane.rollup.CostReports;
import dev.molink.controlplane.rollup.RollupAutoConfiguration;
import dev.molink.controlplane.rollup.RollupProof;
import dev.molink.controlplane.rollup.UsageDimension;
import dev.molink.controlplane.rollup.UsageQuestion;
import dev.molink.controlplane.rollup.UsageReports;
import dev.molink.controlplane.storage.StorageAutoConfiguration;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcOperations;

/** Fills a database with a month of one tenant's usage and asks it what the administration's API asks. */
public final class UsageFigures {

    private static final LocalDate FIRST_DAY = LocalDate.of(2026, 10, 1);
    private static final int DAYS = 31;
    private static final int PROJECTS = 20;
    private static final int KEYS = 100;
    private static final int MODELS = 3;
    private static final int PIPELINES = 2;
    private static final int END_USERS = 2000;
    private static final int BATCH = 1000;
    private static final int ROUNDS = 20;
    private static final String INSERT = """
            INSERT INTO usage_record (request_id, api_key_id, project_id, organization_id, model, pipeline, endpoint,
                prompt_tokens, cached_tokens, generated_tokens, delivered_tokens, finish_reasons, failure_code, received_at,
                finished_at, evidence, end_user, service_tier, charged_prompt_tokens, charged_cached_tokens,
                charged_generated_tokens, charge, currency)
            VALUES (?, ?, ?, 'org_bench', ?, ?, '/v1/chat/completions', ?, ?, ?, ?, 'stop', ?, ?, ?, 'HEAD', ?, ?, ?, ?, ?, ?,
                'USD')""";

    private final Map<String, String> database;
    private final int records;
    private final Consumer<String> progress;

    /**
     * How long a question took.
     *
     * @param rows of its answer
     */
    public record Row(String question, int rows, double p50Millis, double maxMillis) {}

    /**
     * @param database settings as environment; empty: an H2 file
     * @param records of the month
     * @param progress gets a line about what runs now
     */
    public UsageFigures(Map<String, String> database, int records, Consumer<String> progress) {
        this.database = database;
        this.records = records;
        this.progress = progress;
    }

    public List<Row> measure() throws Exception {
        Path data = Files.createTempDirectory("molink-bench");
        Map<String, Object> properties =
                new HashMap<>(Map.of("molink.data", data.toString(), "logging.level.root", "error"));
        if (!database.isEmpty()) {
            properties.put("molink.database.url", database.get("MOLINK_DATABASE_URL"));
            properties.put("molink.database.user", database.getOrDefault("MOLINK_DATABASE_USER", ""));
        }
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Beans.class)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .logStartupInfo(false)
                .properties(properties)
                .run()) {
            fill(context.getBean(JdbcOperations.class));
            sumUp(context.getBean(RollupProof.class));
            context.getBean(JdbcOperations.class).execute("ANALYZE");
            return ask(context.getBean(UsageReports.class), context.getBean(CostReports.class));
        }
    }

    private void fill(JdbcOperations sql) {
        progress.accept("%d usage records".formatted(records));
        Random random = new Random(1);
        for (int first = 0; first < records; first += BATCH) {
            List<Object[]> batch = new ArrayList<>();
            for (int i = first; i < Math.min(records, first + BATCH); i++) {
                batch.add(record(i, random));
            }
            sql.batchUpdate(INSERT, batch);
        }
    }

    private Object[] record(int number, Random random) {
        // an end user belongs to a key, a key to a project; half of the requests name an end user
        int user = random.nextInt(END_USERS);
        int key = user % KEYS;
        int prompt = 1 + random.nextInt(2000);
        int cached = random.nextInt(prompt);
        long generated = 1L + random.nextInt(500);
        long spread = DAYS * 86_400_000L / records;
        OffsetDateTime finished = FIRST_DAY
                .atStartOfDay()
                .atOffset(ZoneOffset.UTC)
                .plusNanos(1_000_000L * (number * spread + random.nextLong(Math.max(1, spread))));
        return new Object[] {
            "req_bench_" + number,
            "key_" + key,
            "proj_" + key % PROJECTS,
            "model-" + (random.nextInt(10) < 8 ? key % MODELS : random.nextInt(MODELS)),
            "pipeline-" + random.nextInt(PIPELINES),
            prompt,
            cached,
            generated,
            generated,
            random.nextInt(100) == 0 ? "stage_lost" : null,
            finished.minusSeconds(3),
            finished,
            random.nextBoolean() ? "user-" + user : null,
            random.nextInt(10) == 0 ? "flex" : "default",
            prompt,
            cached,
            generated,
            BigDecimal.valueOf(prompt * 3L + generated * 10, 6)
        };
    }

    private void sumUp(RollupProof proof) {
        progress.accept("their sums");
        for (int day = 0; day < DAYS; day++) {
            proof.mend(FIRST_DAY.plusDays(day));
        }
    }

    private List<Row> ask(UsageReports usage, CostReports costs) {
        progress.accept("questions");
        UsageDimension[] all = {
            UsageDimension.PROJECT, UsageDimension.API_KEY, UsageDimension.MODEL, UsageDimension.SERVICE_TIER
        };
        return List.of(
                measured(
                        "a month by day",
                        () -> usage.answer(month(BucketWidth.DAY)).size()),
                measured(
                        "a month by day, project, key, model and tier",
                        () -> usage.answer(month(BucketWidth.DAY, all)).size()),
                measured(
                        "a month by day and end user",
                        () -> usage.answer(month(BucketWidth.DAY, UsageDimension.END_USER))
                                .size()),
                measured(
                        "a month's costs by day",
                        () -> costs.answer(month(BucketWidth.DAY), false).size()),
                measured(
                        "a month's costs by day, project, key and line item",
                        () -> costs.answer(month(BucketWidth.DAY, UsageDimension.PROJECT, UsageDimension.API_KEY), true)
                                .size()),
                measured(
                        "a week by hour and model",
                        () -> usage.answer(span(BucketWidth.HOUR, 168, UsageDimension.MODEL))
                                .size()),
                measured(
                        "a day by minute and project",
                        () -> usage.answer(span(BucketWidth.MINUTE, 1440, UsageDimension.PROJECT))
                                .size()));
    }

    private static UsageQuestion month(BucketWidth width, UsageDimension... groups) {
        return span(width, DAYS, groups);
    }

    private static UsageQuestion span(BucketWidth width, int buckets, UsageDimension... groups) {
        Instant from = FIRST_DAY.atStartOfDay().toInstant(ZoneOffset.UTC);
        return new UsageQuestion(
                "org_bench", width, from, from.plus(width.duration().multipliedBy(buckets)), Map.of(), Set.of(groups));
    }

    private static Row measured(String question, IntSupplier answer) {
        int rows = answer.getAsInt(); // the first time is not measured
        long[] nanos = new long[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            rows = answer.getAsInt();
            nanos[round] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return new Row(question, rows, nanos[ROUNDS / 2] / 1e6, nanos[ROUNDS - 1] / 1e6);
    }

    /** What questions need of the control plane, and nothing that listens on a port. */
    @ImportAutoConfiguration({
        StorageAutoConfiguration.class,
        FlywayAutoConfiguration.class,
        HibernateJpaAutoConfiguration.class,
        DataJpaRepositoriesAutoConfiguration.class,
        DataSourceTransactionManagerAutoConfiguration.class,
        JdbcTemplateAutoConfiguration.class,
        JdbcClientAutoConfiguration.class,
        TransactionAutoConfiguration.class,
        PricingAutoConfiguration.class,
        RollupAutoConfiguration.class
    })
    static final class Beans {}
}
