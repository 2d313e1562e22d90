package dev.molink.controlplane.journal;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How much a gateway may keep in its data folder while the database does not answer.
 *
 * @param maxSize of the usage journal, 64KB or more: with more in it no new request is taken; the records of those that run
 *     are kept beyond it
 * @param minFree of the disk, 0B or more: with less no new request is taken, so that those that run can still be recorded
 */
@ConfigurationProperties("molink.journal")
public record JournalSettings(
        @DefaultValue("256MB") DataSize maxSize,
        @DefaultValue("32MB") DataSize minFree) {

    private static final DataSize LEAST = DataSize.ofKilobytes(64);

    public JournalSettings {
        if (maxSize.compareTo(LEAST) < 0) {
            throw new IllegalArgumentException(
                    "molink.journal.max-size must be at least 64KB, but it is %s".formatted(maxSize));
        }
        if (minFree.isNegative()) {
            throw new IllegalArgumentException(
                    "molink.journal.min-free must be at least 0B, but it is %s".formatted(minFree));
        }
    }
}
