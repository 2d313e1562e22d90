package dev.molink.controlplane.admission;

/**
 * Lets requests run within limits and budgets. Every replica spends from shares of the bounds that it holds durably, so the
 * database is asked only when a share is used up.
 */
public interface Admissions {

    /** Decides at once, or after up to a second in which other replicas may give back what they do not need. */
    Admission admit(AdmissionRequest request) throws InterruptedException;

    /** How the limits of a caller stand, whatever model it may ask for; takes nothing and asks no database. */
    RateLimitState limits(String organizationId, String projectId, String apiKeyId);
}
