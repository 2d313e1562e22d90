package dev.molink.gateway.usage;

import dev.molink.controlplane.usage.UsageRecord;

/** Where usage records are kept. */
interface UsageRecords {

    /**
     * Writes the record and returns once it is durable. A second record of one request changes nothing, except that the
     * head's evidence replaces the gateway's.
     *
     * @return whether the request had no record before
     */
    boolean write(UsageRecord usage);
}
