package dev.molink.controlplane.keys;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.Names;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.storage.Transactions;
import dev.molink.controlplane.tenancy.Project;
import dev.molink.controlplane.tenancy.ProjectRepository;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Creates, lists and revokes keys. A change holds here as soon as the method returns, and everywhere within a second. */
public final class ApiKeys {

    private static final int MIN_FIXED_LENGTH = 8;
    private static final int MAX_FIXED_LENGTH = 200;

    private final ApiKeyRepository keys;
    private final ProjectRepository projects;
    private final KeySettings settings;
    private final Peppers peppers;
    private final KeyChanges changes;
    private final KeyVerifier verifier;
    private final Transactions transactions;
    private final RandomGenerator random;
    private final InstantSource clock;

    ApiKeys(
            ApiKeyRepository keys,
            ProjectRepository projects,
            KeySettings settings,
            Peppers peppers,
            KeyChanges changes,
            KeyVerifier verifier,
            Transactions transactions,
            RandomGenerator random,
            InstantSource clock) {
        this.keys = keys;
        this.projects = projects;
        this.settings = settings;
        this.peppers = peppers;
        this.changes = changes;
        this.verifier = verifier;
        this.transactions = transactions;
        this.random = random;
        this.clock = clock;
    }

    /** All keys, by project, the newest first. */
    public List<ApiKeySummary> list() {
        return transactions.run(
                () -> keys.findAllInOrder().stream().map(ApiKey::summary).toList());
    }

    /** @throws RefusedException when there is no key with this id */
    public ApiKeySummary find(String keyId) {
        return transactions.run(() -> require(keyId).summary());
    }

    public CreatedApiKey create(String projectId, String name) {
        return create(projectId, name, null);
    }

    /**
     * Creates a key. Its text is in the result and nowhere else.
     *
     * @param expiresAt when it stops to work; null for never
     * @throws RefusedException when the project does not exist or the name is not allowed
     */
    public CreatedApiKey create(String projectId, String name, @Nullable Instant expiresAt) {
        String allowed = Names.require("an API key", name);
        KeyText text = KeyText.generate(settings.environment(), random);
        ApiKeySummary summary =
                change(() -> store(projectId, allowed, text.publicId(), text.text(), text.redacted(), expiresAt)
                        .summary());
        return new CreatedApiKey(summary, text.text());
    }

    /**
     * Makes {@code text} the one fixed key of this name in the project; another that had the name is revoked. For
     * demonstrations, whose key the operator chooses.
     *
     * @param text 8 to 200 printable ASCII characters
     * @throws RefusedException when the text has another form, or is a key of another name or project
     */
    public ApiKeySummary keepFixed(String projectId, String name, String text) {
        String allowed = Names.require("an API key", name);
        requireFixedForm(text);
        Collection<String> digests = peppers.digests(text).values();
        return change(() -> {
            keys.findFixed(projectId, allowed).stream()
                    .filter(key -> !digests.contains(key.digestHex()))
                    .forEach(key -> key.revoke(clock.instant()));
            ApiKey kept = keys.findByDigestHexIn(digests)
                    .orElseGet(() -> store(projectId, allowed, null, text, redacted(text), null));
            if (!kept.isFixed(projectId, allowed)) {
                throw new RefusedException(Reason.NAME_TAKEN, "the fixed API key is the text of another key already");
            }
            kept.restore();
            return kept.summary();
        });
    }

    /**
     * Revokes a key for ever; requests that run already go on. Revoking again changes nothing.
     *
     * @throws RefusedException when there is no key with this id
     */
    public ApiKeySummary revoke(String keyId) {
        return change(() -> {
            ApiKey key = require(keyId);
            key.revoke(clock.instant());
            return key.summary();
        });
    }

    private ApiKey store(
            String projectId,
            String name,
            @Nullable String publicId,
            String text,
            String redacted,
            @Nullable Instant expiresAt) {
        Project project = projects.findById(projectId)
                .orElseThrow(
                        () -> new RefusedException(Reason.NOT_FOUND, "there is no project '%s'".formatted(projectId)));
        String pepper = peppers.currentId();
        String digest = Objects.requireNonNull(peppers.digests(text).get(pepper));
        return keys.save(new ApiKey(
                new Identifiers(random).next("key"),
                project,
                name,
                publicId,
                pepper,
                digest,
                redacted,
                clock.instant(),
                expiresAt));
    }

    private ApiKey require(String keyId) {
        return keys.findById(keyId)
                .orElseThrow(() -> new RefusedException(Reason.NOT_FOUND, "there is no API key '%s'".formatted(keyId)));
    }

    private <T> T change(Supplier<T> work) {
        T result = transactions.run(() -> {
            changes.changed();
            return work.get();
        });
        Transactions.afterCommit(verifier::forget);
        return result;
    }

    private static void requireFixedForm(String text) {
        boolean printable = text.chars().allMatch(character -> character > ' ' && character < 0x7f);
        if (!printable || text.length() < MIN_FIXED_LENGTH || text.length() > MAX_FIXED_LENGTH) {
            throw new RefusedException(
                    Reason.INVALID_VALUE,
                    "a fixed API key has %d to %d printable ASCII characters without blanks, but this one has %d%s"
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
