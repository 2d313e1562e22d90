package dev.molink.controlplane.audit;

import dev.molink.controlplane.access.AdminCaller.ActorKind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A row of the audit log as it is stored.
 *
 * @param sequence 1 for the first row of the log, and one more for each that follows
 * @param recordedAt to the microsecond, which is what both databases keep
 * @param actorKind word of {@link ActorKind}; a damaged row may have any
 * @param beforeFields as {@link FieldText} writes them
 * @param afterFields as {@link FieldText} writes them
 * @param previousHash of the row before, 64 hex digits; zeros before the first
 * @param hash SHA-256 over the previous hash and all other columns, 64 hex digits
 */
public record AuditRow(
        long sequence,
        String id,
        Instant recordedAt,
        String actorKind,
        String actorId,
        String actorRole,
        String organizationId,
        String action,
        String objectId,
        String beforeFields,
        String afterFields,
        String requestId,
        String previousHash,
        String hash) {

    static final String NO_HASH = "0".repeat(64);

    /** The fields that changed, as they were. */
    public Map<String, String> before() {
        return FieldText.parse(beforeFields);
    }

    /** The fields that changed, as they are since. */
    public Map<String, String> after() {
        return FieldText.parse(afterFields);
    }

    /** The row that {@code entry} becomes behind the row with {@code previousHash}. */
    static AuditRow of(AuditEntry entry, long sequence, String id, Instant now, String previousHash) {
        AuditRow open = new AuditRow(
                sequence,
                id,
                now.truncatedTo(ChronoUnit.MICROS),
                entry.caller().kind().name(),
                entry.caller().actorId(),
                entry.caller().role().name(),
                entry.organizationId(),
                entry.action(),
                entry.objectId(),
                FieldText.of(entry.before()),
                FieldText.of(entry.after()),
                entry.requestId(),
                previousHash,
                "");
        return open.withHash(open.expectedHash());
    }

    /**
     * What the hash must be: SHA-256 over the previous hash and every column, each as UTF-8 behind its length in bytes and a
     * colon, so that no two different rows have the same bytes.
     */
    String expectedHash() {
        MessageDigest digest = sha256();
        for (String part : canonical()) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private List<String> canonical() {
        return List.of(
                previousHash,
                Long.toString(sequence),
                id,
                Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, recordedAt)),
                actorKind,
                actorId,
                actorRole,
                organizationId,
                action,
                objectId,
                beforeFields,
                afterFields,
                requestId);
    }

    private AuditRow withHash(String newHash) {
        return new AuditRow(
                sequence,
                id,
                recordedAt,
                actorKind,
                actorId,
                actorRole,
                organizationId,
                action,
                objectId,
                beforeFields,
                afterFields,
                requestId,
                previousHash,
                newHash);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("this JDK lacks SHA-256, which every JDK must have", impossible);
        }
    }
}
