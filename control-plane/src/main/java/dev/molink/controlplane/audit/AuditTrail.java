package dev.molink.controlplane.audit;

/** Where every write of the administration leaves a row. */
public interface AuditTrail {

    /** Adds a row in the transaction of the write itself: both are durable, or neither. */
    void record(AuditEntry entry);
}
