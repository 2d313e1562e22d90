package dev.molink.gateway.usage;

/** Where usage records are kept. */
interface UsageRecords {

    /**
     * Writes the record and returns once it is durable. A second record of one request changes nothing.
     *
     * @throws RuntimeException when it could not be written
     */
    void write(UsageEntry entry);
}
