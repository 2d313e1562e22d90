package dev.molink.controlplane.rollup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.InParallel;
import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.pricing.TokenCounts;
import dev.molink.controlplane.usage.UsageOrigin;
import dev.molink.controlplane.usage.UsageRecord;
import dev.molink.controlplane.usage.UsageRecord.Evidence;
import dev.molink.controlplane.usage.UsageStore;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.ToLongFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Sums against the records that they are sums of, on every database. */
class RollupTests {

    private static final int RECORDS = Boolean.getBoolean("molink.test.full") ? 4000 : 400;
    private static final int WRITERS = 4;
    private static final int QUESTIONS = 200;

    @ParameterizedTest
    @EnumSource
    void sumsAgreeWithTheRecordsAfterConcurrentSettlementsAndCorrections(TestDatabase database) throws Exception {
        long seed = ThreadLocalRandom.current().nextLong();
        LocalDate day = someDays(seed);
        List<UsageRecord> records = settle(database, seed, day);

        RollupProof proof = database.bean(RollupProof.class);

        for (int i = 0; i < RandomUsage.DAYS; i++) {
            assertThat(proof.differences(day.plusDays(i))).as("seed %d", seed).isEmpty();
        }
        assertThat(summed(database, "usage_hour", day)).as("seed %d", seed).isEqualTo(records.size());
        assertThat(summed(database, "usage_day", day)).as("seed %d", seed).isEqualTo(records.size());
        assertThat(summed(database, "usage_day_end_user", day))
                .as("seed %d", seed)
                .isEqualTo(records.size());
    }

    @ParameterizedTest
    @EnumSource
    void questionsAreAnsweredAsIfTheRecordsWereAddedUpOneByOne(TestDatabase database) throws Exception {
        long seed = ThreadLocalRandom.current().nextLong();
        LocalDate day = someDays(seed);
        List<UsageRecord> records = settle(database, seed, day);
        Random random = new Random(seed);
        UsageReports reports = database.bean(UsageReports.class);

        for (int i = 0; i < QUESTIONS; i++) {
            UsageQuestion question = question(random, day, records);

            List<UsageRow> answer = reports.answer(question);

            assertThat(answer).as("seed %d, %s", seed, question).isEqualTo(addedUp(question, records));
        }
    }

    @ParameterizedTest
    @EnumSource
    void mendsWhatSomebodyChangedByHand(TestDatabase database) throws Exception {
        long seed = ThreadLocalRandom.current().nextLong();
        LocalDate day = someDays(seed);
        settle(database, seed, day);
        JdbcClient sql = database.bean(JdbcClient.class);
        RollupProof proof = database.bean(RollupProof.class);
        sql.sql("UPDATE usage_hour SET charge = charge + 0.000000000000000001 WHERE starts_at = :start")
                .param("start", day.atStartOfDay().plusHours(3).atOffset(ZoneOffset.UTC))
                .update();
        sql.sql("DELETE FROM usage_day WHERE starts_at = :start AND service_tier = 'flex'")
                .param("start", day.atStartOfDay().atOffset(ZoneOffset.UTC))
                .update();

        int wrong = proof.differences(day).size();
        int mended = proof.mend(day);

        assertThat(wrong).as("seed %d", seed).isPositive();
        assertThat(mended).isEqualTo(wrong);
        assertThat(proof.differences(day)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void endUsersBeyondTheBoundShareOneRow(TestDatabase database) throws Exception {
        long seed = ThreadLocalRandom.current().nextLong();
        LocalDate day = someDays(seed);
        UsageRecord sample = new RandomUsage(seed, day).next(Evidence.HEAD);
        int bound = new RollupSettings(1000).endUsersPerHour();
        List<UsageRecord> records = new ArrayList<>();
        for (int user = 0; user < bound + 50; user++) {
            records.add(ofEndUser(sample, "req_%x_%d".formatted(seed, user), "user-%d".formatted(user)));
        }

        InParallel.run(WRITERS, writer -> {
            for (int at = writer; at < records.size(); at += 100 * WRITERS) {
                List<UsageRecord> batch = new ArrayList<>();
                for (int i = at; i < Math.min(records.size(), at + 100 * WRITERS); i += WRITERS) {
                    batch.add(records.get(i));
                }
                database.bean(UsageStore.class).recordAll(batch);
            }
            return true;
        });

        JdbcClient sql = database.bean(JdbcClient.class);
        assertThat(sql.sql("SELECT COUNT(DISTINCT end_user) FROM usage_hour WHERE project_id = :project")
                        .param("project", sample.projectId())
                        .query(Integer.class)
                        .single())
                .isEqualTo(bound + 1);
        assertThat(sql.sql("SELECT SUM(requests) FROM usage_hour WHERE project_id = :project AND end_user = '(others)'")
                        .param("project", sample.projectId())
                        .query(Integer.class)
                        .single())
                .isEqualTo(50);
        assertThat(database.bean(RollupProof.class)
                        .differences(LocalDate.ofInstant(sample.finishedAt(), ZoneOffset.UTC)))
                .isEmpty();
    }

    /** Days that no other test writes to. */
    private static LocalDate someDays(long seed) {
        return LocalDate.of(2100, 1, 1).plusDays(10L * Math.floorMod(seed, 10_000));
    }

    /** Settles random records with several writers; some come twice, some are first the gateway's and then the head's. */
    private static List<UsageRecord> settle(TestDatabase database, long seed, LocalDate day) throws Exception {
        UsageStore store = database.bean(UsageStore.class);
        List<String> ids = InParallel.run(WRITERS, writer -> settleSome(store, seed + writer, day)).stream()
                .flatMap(List::stream)
                .toList();
        return ids.stream().map(store::find).map(Optional::orElseThrow).toList();
    }

    private static List<String> settleSome(UsageStore store, long seed, LocalDate day) {
        RandomUsage usage = new RandomUsage(seed, day);
        Random random = new Random(~seed);
        List<String> ids = new ArrayList<>();
        while (ids.size() < RECORDS / WRITERS) {
            List<UsageRecord> batch = new ArrayList<>();
            for (int i = random.nextInt(40); i >= 0; i--) {
                batch.add(usage.next(random.nextInt(4) == 0 ? Evidence.GATEWAY : Evidence.HEAD));
            }
            store.recordAll(batch);
            batch.stream().map(UsageRecord::requestId).forEach(ids::add);
            again(store, usage, random, batch);
        }
        return ids;
    }

    /** The head's word in place of the gateway's, and repetitions that change nothing. */
    private static void again(UsageStore store, RandomUsage usage, Random random, List<UsageRecord> batch) {
        for (UsageRecord record : batch) {
            if (random.nextInt(record.evidence() == Evidence.GATEWAY ? 2 : 5) == 0) {
                store.record(usage.next(record.requestId(), Evidence.HEAD));
            }
        }
    }

    private static UsageRecord ofEndUser(UsageRecord record, String requestId, String endUser) {
        return new UsageRecord(
                requestId,
                new UsageOrigin(
                        record.apiKeyId(),
                        record.projectId(),
                        record.organizationId(),
                        record.origin().endpoint(),
                        endUser,
                        record.origin().serviceTier()),
                record.serving(),
                record.counts(),
                record.ending(),
                record.bill(),
                record.times(),
                record.evidence());
    }

    private static long summed(TestDatabase database, String table, LocalDate day) {
        return database.bean(JdbcClient.class)
                .sql("SELECT SUM(requests) FROM %s WHERE starts_at >= :from AND starts_at < :to".formatted(table))
                .param("from", day.atStartOfDay().atOffset(ZoneOffset.UTC))
                .param("to", day.plusDays(RandomUsage.DAYS).atStartOfDay().atOffset(ZoneOffset.UTC))
                .query(Long.class)
                .single();
    }

    private static UsageQuestion question(Random random, LocalDate day, List<UsageRecord> records) {
        BucketWidth width = List.of(BucketWidth.values()).get(random.nextInt(BucketWidth.values().length));
        Instant start = day.atStartOfDay().toInstant(ZoneOffset.UTC);
        int buckets = (int) (RandomUsage.DAYS * 86_400L / width.duration().toSeconds());
        int first = random.nextInt(buckets);
        int end = first + 1 + random.nextInt(buckets - first);
        UsageRecord some = records.get(random.nextInt(records.size()));
        Map<UsageDimension, List<String>> filters = new EnumMap<>(UsageDimension.class);
        Set<UsageDimension> groups = EnumSet.noneOf(UsageDimension.class);
        for (UsageDimension dimension : UsageDimension.values()) {
            if (dimension == UsageDimension.PRICE_RULE
                    && (width == BucketWidth.HOUR
                            || filters.containsKey(UsageDimension.END_USER)
                            || groups.contains(UsageDimension.END_USER))) {
                continue;
            }
            if (random.nextInt(5) == 0) {
                filters.put(dimension, List.of(value(some, dimension), "another"));
            }
            if (random.nextInt(3) == 0) {
                groups.add(dimension);
            }
        }
        return new UsageQuestion(
                random.nextInt(4) == 0 ? null : some.organizationId(),
                width,
                start.plus(width.duration().multipliedBy(first)),
                start.plus(width.duration().multipliedBy(end)),
                filters,
                groups);
    }

    private static List<UsageRow> addedUp(UsageQuestion question, List<UsageRecord> records) {
        Map<List<String>, UsageRow> rows = new TreeMap<>(RollupTests::compare);
        for (UsageRecord record : records) {
            // what the databases keep of it
            Instant finished = record.finishedAt().plusNanos(500).truncatedTo(ChronoUnit.MICROS);
            if (!asked(question, record, finished)) {
                continue;
            }
            Instant bucket = question.width().start(finished);
            Map<UsageDimension, String> values = new EnumMap<>(UsageDimension.class);
            List<String> key = new ArrayList<>(List.of("%020d".formatted(bucket.getEpochSecond())));
            question.groups().stream().sorted().forEach(group -> {
                values.put(group, value(record, group));
                key.add(value(record, group));
            });
            rows.merge(
                    key,
                    new UsageRow(bucket, values, sums(record)),
                    (a, b) -> new UsageRow(a.startsAt(), a.values(), a.sums().plus(b.sums())));
        }
        return List.copyOf(rows.values());
    }

    private static int compare(List<String> a, List<String> b) {
        for (int i = 0; i < a.size(); i++) {
            int order = a.get(i).compareTo(b.get(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static boolean asked(UsageQuestion question, UsageRecord record, Instant finished) {
        return !finished.isBefore(question.from())
                && finished.isBefore(question.to())
                && (question.organizationId() == null
                        || question.organizationId().equals(record.organizationId()))
                && question.filters().entrySet().stream()
                        .allMatch(filter -> filter.getValue().contains(value(record, filter.getKey())));
    }

    private static UsageSums sums(UsageRecord record) {
        return new UsageSums(
                1,
                record.failureCode() == null ? 0 : 1,
                BigInteger.valueOf(record.promptTokens()),
                BigInteger.valueOf(record.cachedTokens()),
                BigInteger.valueOf(record.generatedTokens()),
                BigInteger.valueOf(Objects.requireNonNullElse(record.deliveredTokens(), 0L)),
                charged(record, TokenCounts::promptTokens),
                charged(record, TokenCounts::cachedTokens),
                charged(record, TokenCounts::generatedTokens),
                Objects.requireNonNullElse(record.charge(), BigDecimal.ZERO));
    }

    private static BigInteger charged(UsageRecord record, ToLongFunction<TokenCounts> count) {
        return record.charged() == null ? BigInteger.ZERO : BigInteger.valueOf(count.applyAsLong(record.charged()));
    }

    private static String value(UsageRecord record, UsageDimension dimension) {
        return switch (dimension) {
            case PROJECT -> record.projectId();
            case END_USER -> Objects.requireNonNullElse(record.endUser(), "");
            case API_KEY -> record.apiKeyId();
            case MODEL -> record.model();
            case SERVICE_TIER -> Objects.requireNonNullElse(record.origin().serviceTier(), "default");
            case CURRENCY -> Objects.requireNonNullElse(record.currency(), "");
            case PRICE_RULE -> Objects.requireNonNullElse(record.priceRuleId(), "");
        };
    }
}
