package dev.molink.controlplane.adminkeys;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.Names;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.AdminCaller;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.adminkeys.AdminKeyTable.Digest;
import dev.molink.controlplane.audit.AuditEntry;
import dev.molink.controlplane.audit.AuditTrail;
import dev.molink.controlplane.keys.KeyText;
import dev.molink.controlplane.keys.Peppers;
import dev.molink.controlplane.storage.Transactions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Creates, lists and revokes keys of the administration. Nothing is cached: a change holds on every replica as soon as the
 * method returns. Every change leaves a row in the audit log.
 */
public final class AdminKeys {

    /** What generated keys have after {@code sk-}. */
    public static final String ENVIRONMENT = "admin";

    private static final int MIN_FIXED_LENGTH = 8;
    private static final int MAX_FIXED_LENGTH = 200;
    private static final Duration LONGEST_LIFETIME = Duration.ofDays(3650);

    private final AdminKeyTable table;
    private final Peppers peppers;
    private final AuditTrail audit;
    private final Transactions transactions;
    private final RandomGenerator random;
    private final InstantSource clock;

    AdminKeys(
            AdminKeyTable table,
            Peppers peppers,
            AuditTrail audit,
            Transactions transactions,
            RandomGenerator random,
            InstantSource clock) {
        this.table = table;
        this.peppers = peppers;
        this.audit = audit;
        this.transactions = transactions;
        this.random = random;
        this.clock = clock;
    }

    /**
     * Creates a key. Its text is in the result and nowhere else.
     *
     * @param requestId for the audit log; empty for the process itself
     * @throws RefusedException when a value is not allowed, or the key would be allowed more than {@code creator}
     */
    public CreatedAdminKey create(NewAdminKey wanted, AdminCaller creator, String requestId) {
        requireNoMoreThan(creator, wanted);
        KeyText text = KeyText.generate(ENVIRONMENT, random);
        AdminKey key = key(wanted, creator, text.redacted());
        return transactions.run(() -> {
            table.insert(key, text.publicId(), digest(text.text()));
            audit.record(entry(creator, "api_key.created", key, Map.of(), fields(key), requestId));
            return new CreatedAdminKey(key, text.text());
        });
    }

    /**
     * Makes {@code text} the operator's one fixed key of this name; another that had the name is revoked. For demonstrations,
     * whose key the operator chooses.
     *
     * @throws RefusedException when the text has another form, or is another key
     */
    public AdminKey keepFixed(String name, String text, AdminCaller keeper) {
        requireFixedForm(text);
        AdminKey wanted = key(new NewAdminKey(name, Role.OWNER, null, null), keeper, redacted(text));
        return transactions.run(() -> {
            List<AdminKeyTable.Stored> stored =
                    table.presented("", peppers.digests(text).values());
            List<AdminKey> fixed = table.fixed(wanted.name());
            fixed.stream()
                    .filter(key -> key.revokedAt() == null)
                    .filter(key ->
                            stored.stream().noneMatch(same -> same.key().keyId().equals(key.keyId())))
                    .forEach(key -> revoke(key, keeper, ""));
            if (stored.isEmpty()) {
                table.insert(wanted, null, digest(text));
                audit.record(entry(keeper, "api_key.created", wanted, Map.of(), fields(wanted), ""));
                return wanted;
            }
            return restored(stored.getFirst().key(), fixed, keeper);
        });
    }

    /** Keys in force of the organization, and those of the installation where asked for, the oldest first. */
    public List<AdminKey> list(String organizationId, boolean withInstallation) {
        return table.list(organizationId, withInstallation);
    }

    /** @throws RefusedException when there is no such key in force that {@code caller} may see */
    public AdminKey find(String keyId, AdminCaller caller) {
        return table.find(keyId)
                .filter(key -> key.revokedAt() == null && sees(caller, key.organizationId()))
                .orElseThrow(() ->
                        new RefusedException(Reason.NOT_FOUND, "there is no admin API key '%s'".formatted(keyId)));
    }

    /**
     * Revokes a key for ever.
     *
     * @throws RefusedException when there is no such key in force that {@code caller} may see, or it is allowed more than the
     *     caller
     */
    public AdminKey revoke(String keyId, AdminCaller caller, String requestId) {
        return transactions.run(() -> {
            AdminKey key = find(keyId, caller);
            revoke(key, caller, requestId);
            return key;
        });
    }

    private void revoke(AdminKey key, AdminCaller caller, String requestId) {
        table.revoke(key.keyId(), clock.instant());
        audit.record(entry(caller, "api_key.deleted", key, fields(key), Map.of(), requestId));
    }

    private AdminKey restored(AdminKey kept, List<AdminKey> fixed, AdminCaller keeper) {
        if (fixed.stream().noneMatch(key -> key.keyId().equals(kept.keyId()))) {
            throw new RefusedException(Reason.NAME_TAKEN, "the fixed admin key is the text of another key already");
        }
        if (kept.revokedAt() != null) {
            table.restore(kept.keyId());
            audit.record(entry(keeper, "api_key.created", kept, Map.of(), fields(kept), ""));
        }
        return kept;
    }

    private AdminKey key(NewAdminKey wanted, AdminCaller creator, String redacted) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        return new AdminKey(
                new Identifiers(random).next("key"),
                wanted.organizationId(),
                Names.require("an admin API key", wanted.name()),
                wanted.role(),
                redacted,
                creator.actorId(),
                now,
                expiry(wanted.lifetime(), now),
                null,
                null);
    }

    private Digest digest(String text) {
        String pepper = peppers.currentId();
        return new Digest(pepper, Objects.requireNonNull(peppers.digests(text).get(pepper)));
    }

    private static @Nullable Instant expiry(@Nullable Duration lifetime, Instant now) {
        if (lifetime == null) {
            return null;
        }
        if (!lifetime.isPositive() || lifetime.compareTo(LONGEST_LIFETIME) > 0) {
            throw new RefusedException(
                    Reason.INVALID_VALUE,
                    "an admin API key expires after 1 to %d seconds, not after %d"
                            .formatted(LONGEST_LIFETIME.toSeconds(), lifetime.toSeconds()),
                    "expires_in_seconds");
        }
        return now.plus(lifetime);
    }

    private static void requireNoMoreThan(AdminCaller creator, NewAdminKey wanted) {
        if (!sees(creator, wanted.organizationId())) {
            throw new RefusedException(
                    Reason.INVALID_VALUE, "a key cannot make one that sees more than its own organization", "scope");
        }
        for (Area area : Area.values()) {
            for (Access access : Access.values()) {
                if (wanted.role().allows(area, access) && !creator.may(area, access)) {
                    throw new RefusedException(
                            Reason.INVALID_VALUE,
                            "a key cannot make one that is allowed more: %s may %s %s, %s may not"
                                    .formatted(wanted.role(), access, area, creator.role()),
                            "role");
                }
            }
        }
    }

    private static boolean sees(AdminCaller caller, @Nullable String organizationId) {
        return caller.organizationId() == null || caller.organizationId().equals(organizationId);
    }

    private static AuditEntry entry(
            AdminCaller caller,
            String action,
            AdminKey key,
            Map<String, String> before,
            Map<String, String> after,
            String requestId) {
        String organization = key.organizationId() == null ? "" : key.organizationId();
        return new AuditEntry(caller, action, key.keyId(), organization, before, after, requestId);
    }

    private static Map<String, String> fields(AdminKey key) {
        Map<String, String> fields = new TreeMap<>();
        fields.put("kind", "admin");
        fields.put("name", key.name());
        fields.put("role", key.role().name());
        fields.put("redacted", key.redacted());
        if (key.expiresAt() != null) {
            fields.put("expires_at", key.expiresAt().toString());
        }
        return fields;
    }

    private static void requireFixedForm(String text) {
        boolean printable = text.chars().allMatch(character -> character > ' ' && character < 0x7f);
        if (!printable || text.length() < MIN_FIXED_LENGTH || text.length() > MAX_FIXED_LENGTH) {
            throw new RefusedException(
                    Reason.INVALID_VALUE,
                    "a fixed admin key has %d to %d printable ASCII characters without blanks, but this one has %d%s"
                            .formatted(
                                    MIN_FIXED_LENGTH,
                                    MAX_FIXED_LENGTH,
                                    text.length(),
                                    printable ? "" : " and others among them"));
        }
    }

    private static String redacted(String text) {
        return text.length() < 16 ? "…" : "%s…%s".formatted(text.substring(0, 4), text.substring(text.length() - 4));
    }
}
