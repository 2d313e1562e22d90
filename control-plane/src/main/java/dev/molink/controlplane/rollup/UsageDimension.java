package dev.molink.controlplane.rollup;

/** What usage can be told apart by. */
public enum UsageDimension {
    PROJECT("project_id"),
    END_USER("end_user"),
    API_KEY("api_key_id"),
    MODEL("model"),
    SERVICE_TIER("service_tier"),
    CURRENCY("currency"),
    /** By minute and day only, and not together with the end user by day. */
    PRICE_RULE("price_rule_id");

    private final String column;

    UsageDimension(String column) {
        this.column = column;
    }

    String column() {
        return column;
    }
}
