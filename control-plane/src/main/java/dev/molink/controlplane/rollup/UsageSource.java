package dev.molink.controlplane.rollup;

import java.util.stream.Collectors;

/** Where the answer to a question comes from, and how it is spelt there. */
enum UsageSource {
    /** Minutes come from the records themselves, by the index of their end. */
    RECORDS("usage_record", "finished_at", "FLOOR(EXTRACT(EPOCH FROM finished_at) / 60) * 60") {
        @Override
        String column(UsageDimension dimension) {
            return switch (dimension) {
                case PROJECT, API_KEY, MODEL -> dimension.column();
                case END_USER, CURRENCY, PRICE_RULE -> "COALESCE(%s, '')".formatted(dimension.column());
                case SERVICE_TIER -> "COALESCE(service_tier, 'default')";
            };
        }

        @Override
        String sums() {
            return """
                    COUNT(*) AS requests, COUNT(failure_code) AS failed_requests, SUM(prompt_tokens) AS prompt_tokens,
                    SUM(cached_tokens) AS cached_tokens, SUM(CAST(generated_tokens AS NUMERIC(38, 0))) AS generated_tokens,
                    COALESCE(SUM(CAST(delivered_tokens AS NUMERIC(38, 0))), 0) AS delivered_tokens,
                    COALESCE(SUM(CAST(charged_prompt_tokens AS NUMERIC(38, 0))), 0) AS charged_prompt_tokens,
                    COALESCE(SUM(CAST(charged_cached_tokens AS NUMERIC(38, 0))), 0) AS charged_cached_tokens,
                    COALESCE(SUM(CAST(charged_generated_tokens AS NUMERIC(38, 0))), 0) AS charged_generated_tokens,
                    COALESCE(SUM(charge), 0) AS charge""";
        }
    },
    HOURS(RollupTable.HOUR),
    DAYS(RollupTable.DAY),
    DAYS_OF_END_USERS(RollupTable.DAY_OF_END_USER);

    private final String table;
    private final String time;
    private final String startSeconds;

    UsageSource(RollupTable rollup) {
        this(rollup.table(), "starts_at", "EXTRACT(EPOCH FROM starts_at)");
    }

    UsageSource(String table, String time, String startSeconds) {
        this.table = table;
        this.time = time;
        this.startSeconds = startSeconds;
    }

    static UsageSource of(UsageQuestion question) {
        return switch (question.width()) {
            case MINUTE -> RECORDS;
            case HOUR -> HOURS;
            case DAY -> question.concerns(UsageDimension.END_USER) ? DAYS_OF_END_USERS : DAYS;
        };
    }

    String table() {
        return table;
    }

    /** The column that says which bucket a row lies in; indexed. */
    String time() {
        return time;
    }

    /** An expression for the first second of the row's bucket since 1970, whatever time zone the session has. */
    String startSeconds() {
        return startSeconds;
    }

    String column(UsageDimension dimension) {
        return dimension.column();
    }

    String sums() {
        return RollupRows.SUM_COLUMNS.stream()
                .map(column -> "SUM(%s) AS %s".formatted(column, column))
                .collect(Collectors.joining(", "));
    }
}
