package dev.molink.controlplane.profit;

/**
 * Revenue and cost of some requests.
 *
 * @param key what they have in common: id of the organization, model, pipeline, hour in ISO 8601, id of the request; empty
 *     for all
 * @param unbilled requests of projects that are not billed: they earn nothing, and that is known
 * @param withoutEvidence requests of which some stage has not told all that it did
 * @param withoutProfile requests that ran on a node whose cost nobody has told
 * @param withoutCharge billed requests that have no charge
 * @param busyNanos computing time of all stages together
 * @param bytesSent between stages
 */
public record ProfitLine(
        String key,
        long requests,
        long unbilled,
        long withoutEvidence,
        long withoutProfile,
        long withoutCharge,
        Amounts revenue,
        Amounts cost,
        Margin margin,
        long busyNanos,
        long bytesSent) {}
