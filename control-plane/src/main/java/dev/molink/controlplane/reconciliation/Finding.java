package dev.molink.controlplane.reconciliation;

import java.time.LocalDate;

/**
 * Two numbers that should be equal and are not, or cannot be compared yet.
 *
 * @param open true: it is too young to be a difference, as evidence may be under way
 * @param requestId whose numbers they are
 * @param nodeId of the stage; empty where it concerns none in particular
 * @param pipeline empty where nobody knows
 * @param organizationId empty where nobody knows
 * @param day in UTC, in which the request finished
 * @param quantity what was compared, such as {@code computed_rows}
 */
public record Finding(
        boolean open,
        Check check,
        String requestId,
        String nodeId,
        String pipeline,
        String organizationId,
        LocalDate day,
        String quantity,
        String expected,
        String found) {}
