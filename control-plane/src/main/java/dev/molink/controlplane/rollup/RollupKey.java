package dev.molink.controlplane.rollup;

import java.time.Instant;
import java.util.Comparator;

/**
 * What the requests of one row have in common. A table that does not tell something apart has {@code ""} there.
 *
 * @param startsAt the first instant of the hour or day
 * @param endUser {@code ""}: none was given; {@link EndUsers#OTHERS}: one of those that share a row
 * @param currency {@code ""}: not billed
 * @param priceRuleId {@code ""}: not billed
 */
record RollupKey(
        Instant startsAt,
        String organizationId,
        String projectId,
        String apiKeyId,
        String endUser,
        String model,
        String pipeline,
        String serviceTier,
        String currency,
        String priceRuleId) {

    /** The order in which every writer locks rows. */
    static final Comparator<RollupKey> ORDER = Comparator.comparing(RollupKey::startsAt)
            .thenComparing(RollupKey::organizationId)
            .thenComparing(RollupKey::projectId)
            .thenComparing(RollupKey::apiKeyId)
            .thenComparing(RollupKey::endUser)
            .thenComparing(RollupKey::model)
            .thenComparing(RollupKey::pipeline)
            .thenComparing(RollupKey::serviceTier)
            .thenComparing(RollupKey::currency)
            .thenComparing(RollupKey::priceRuleId);
}
