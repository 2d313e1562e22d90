package dev.molink.controlplane.usage;

/** Tells what the use of a record costs its tenant. */
public interface UsageCharging {

    /** The record with tokens charged and charge by the price rule that it names; as it is where it names none. */
    UsageRecord charge(UsageRecord record);
}
