package dev.molink.controlplane.reconciliation;

import java.math.BigDecimal;
import java.time.LocalDate;

/**
 * What a tenant's requests of a day on a pipeline come to, twice counted.
 *
 * @param day in UTC
 * @param requests that were charged
 * @param usage sum of the charges of the usage records
 * @param ledger what the ledger moved for the same requests
 */
public record DayTotal(
        LocalDate day,
        String pipeline,
        String organizationId,
        String currency,
        long requests,
        BigDecimal usage,
        BigDecimal ledger) {}
