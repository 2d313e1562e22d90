package dev.molink.controlplane.usage;

/** Hears of each usage record that changed the database, once, after the commit; called by the thread that wrote it. */
public interface UsageListener {

    void stored(UsageRecord record);
}
