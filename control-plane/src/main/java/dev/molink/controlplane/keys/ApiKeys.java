package dev.molink.controlplane.keys;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.Names;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.paging.CreationPlace;
import dev.molink.controlplane.paging.Page;
import dev.molink.controlplane.paging.PageRequest;
import dev.molink.controlplane.storage.Transactions;
import dev.molink.controlplane.tenancy.Project;
import dev.molink.controlplane.tenancy.ProjectRepository;
import dev.molink.controlplane.tenancy.ServiceAccount;
import dev.molink.controlplane.tenancy.ServiceAccountRepository;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;

/**
 * Creates, lists, rotates and revokes keys. A change holds here as soon as the method returns, or the transaction around it is
 * committed, and everywhere within a second.
 */
public final class ApiKeys {

    /** The longest that a rotated key goes on beside the one that takes its place. */
    public static final Duration MAX_OVERLAP = Duration.ofDays(30);

    private static final int MIN_FIXED_LENGTH = 8;
    private static final int MAX_FIXED_LENGTH = 200;

    private final ApiKeyRepository keys;
    private final ProjectRepository projects;
    private final ServiceAccountRepository serviceAccounts;
    private final KeySettings settings;
    private final Peppers peppers;
    private final KeyTransactions keyTransactions;
    private final Transactions transactions;
    private final RandomGenerator random;
    private final InstantSource clock;

    ApiKeys(
            ApiKeyRepository keys,
            ProjectRepository projects,
            ServiceAccountRepository serviceAccounts,
            KeySettings settings,
            Peppers peppers,
            KeyTransactions keyTransactions,
            Transactions transactions,
            RandomGenerator random,
            InstantSource clock) {
        this.keys = keys;
        this.projects = projects;
        this.serviceAccounts = serviceAccounts;
        this.settings = settings;
        this.peppers = peppers;
        this.keyTransactions = keyTransactions;
        this.transactions = transactions;
        this.random = random;
        this.clock = clock;
    }

    /** All keys, by project, the newest first. */
    public List<ApiKeySummary> list() {
        return transactions.run(
                () -> keys.findAllInOrder().stream().map(ApiKey::summary).toList());
    }

    /**
     * A page of a project's keys in the order of their creation.
     *
     * @param revokedToo whether revoked ones are among them
     * @throws RefusedException when the cursor is no key of the project
     */
    public Page<ApiKeySummary> list(String projectId, boolean revokedToo, PageRequest request) {
        return transactions.run(() -> {
            CreationPlace from = CreationPlace.of(
                    request,
                    id -> keys.findById(id)
                            .filter(key -> key.projectId().equals(projectId))
                            .map(ApiKey::place));
            Limit limit = Limit.of(request.limit() + 1);
            List<ApiKey> rows = request.readsUpwards()
                    ? keys.findAfter(projectId, revokedToo, from.createdAt(), from.id(), limit)
                    : keys.findBefore(projectId, revokedToo, from.createdAt(), from.id(), limit);
            return Page.ofRead(rows, request).map(ApiKey::summary);
        });
    }

    /**
     * The keys of all organizations that work now and will have expired when {@code within} has passed, the next one first.
     * One that was rotated is among them while it overlaps with the one that took its place.
     */
    public List<ApiKeySummary> expiring(Duration within) {
        Instant now = clock.instant();
        return transactions.run(() -> keys.findExpiring(now, now.plus(within)).stream()
                .map(ApiKey::summary)
                .toList());
    }

    /** As {@link #expiring(Duration)}, of one organization. */
    public List<ApiKeySummary> expiring(String organizationId, Duration within) {
        return expiring(within).stream()
                .filter(key -> key.organizationId().equals(organizationId))
                .toList();
    }

    /** @throws RefusedException when there is no key with this id */
    public ApiKeySummary find(String keyId) {
        return transactions.run(() -> require(keyId).summary());
    }

    /** @throws RefusedException when the organization has no key with this id */
    public ApiKeySummary find(String organizationId, String keyId) {
        ApiKeySummary found = find(keyId);
        if (!found.organizationId().equals(organizationId)) {
            throw noKey(keyId);
        }
        return found;
    }

    /** @throws RefusedException when the organization has no such project, or the project no key with this id */
    public ApiKeySummary find(String organizationId, String projectId, String keyId) {
        ApiKeySummary found = find(organizationId, keyId);
        if (!found.projectId().equals(projectId)) {
            throw noKey(keyId);
        }
        return found;
    }

    public CreatedApiKey create(String projectId, String name) {
        return create(projectId, name, null);
    }

    /** Creates a key that may be used for everything; see {@link #create(KeyRequest)}. */
    public CreatedApiKey create(String projectId, String name, @Nullable Instant expiresAt) {
        return create(new KeyRequest(projectId, null, name, KeyScope.ANY, expiresAt));
    }

    /**
     * Creates a key. Its text is in the result and nowhere else.
     *
     * @throws RefusedException when the project does not exist or is archived, it has no such service account, the name is
     *     not allowed, or the expiry is past
     */
    public CreatedApiKey create(KeyRequest request) {
        KeyRequest allowed = allowed(request);
        KeyText text = KeyText.generate(settings.environment(), random);
        ApiKeySummary summary =
                keyTransactions.change(() -> store(allowed, text).summary());
        return new CreatedApiKey(summary, text.text());
    }

    /**
     * Creates a key with the name, the scope and the owner of another, which goes on for {@code overlap} only.
     *
     * @param overlap 0 to 30 days
     * @param expiresAt when the new key stops to work; null: after as long a life as the old one was given
     * @throws RefusedException when there is no such key, it does not work any more, was rotated already, or its text is
     *     fixed, its project is archived, or the overlap or the expiry is not allowed
     */
    public CreatedApiKey rotate(String keyId, Duration overlap, @Nullable Instant expiresAt) {
        if (overlap.isNegative() || overlap.compareTo(MAX_OVERLAP) > 0) {
            throw new RefusedException(
                    Reason.INVALID_VALUE,
                    "the overlap of two keys must be between 0 s and %d s, but it is %d s"
                            .formatted(MAX_OVERLAP.toSeconds(), overlap.toSeconds()),
                    "overlap_seconds");
        }
        KeyText text = KeyText.generate(settings.environment(), random);
        ApiKeySummary summary = keyTransactions.change(() -> {
            Instant now = clock.instant();
            ApiKey old = require(keyId);
            ApiKey next = store(allowed(successor(old, now, expiresAt)), text);
            old.replaceBy(next, now.plus(overlap));
            return next.summary();
        });
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
        KeyRequest allowed = allowed(new KeyRequest(projectId, null, name, KeyScope.ANY, null));
        requireFixedForm(text);
        Collection<String> digests = peppers.digests(text).values();
        return keyTransactions.change(() -> {
            keys.findFixed(projectId, allowed.name()).stream()
                    .filter(key -> !digests.contains(key.digestHex()))
                    .forEach(key -> key.revoke(clock.instant()));
            ApiKey kept = keys.findByDigestHexIn(digests).orElseGet(() -> store(allowed, null, text, redacted(text)));
            if (!kept.isFixed(projectId, allowed.name())) {
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
        return keyTransactions.change(() -> {
            ApiKey key = require(keyId);
            key.revoke(clock.instant());
            return key.summary();
        });
    }

    private static KeyRequest successor(ApiKey old, Instant now, @Nullable Instant expiresAt) {
        ApiKeySummary key = old.summary();
        if (old.isFixed()) {
            throw notRotatable(key, "its text is fixed by the configuration");
        }
        if (key.revoked()) {
            throw notRotatable(key, "it is revoked");
        }
        if (key.expired(now)) {
            throw notRotatable(key, "it has expired");
        }
        if (key.replacedById() != null) {
            throw notRotatable(key, "'%s' took its place already".formatted(key.replacedById()));
        }
        Duration lifetime = old.lifetime();
        Instant expiry = expiresAt == null && lifetime != null ? now.plus(lifetime) : expiresAt;
        String account =
                key.serviceAccount() == null ? null : key.serviceAccount().serviceAccountId();
        return new KeyRequest(key.projectId(), account, key.name(), key.scope(), expiry);
    }

    private static RefusedException notRotatable(ApiKeySummary key, String why) {
        return invalid("the API key '%s' cannot be rotated: %s".formatted(key.keyId(), why));
    }

    private KeyRequest allowed(KeyRequest request) {
        Instant now = clock.instant();
        if (request.expiresAt() != null && !request.expiresAt().isAfter(now)) {
            throw invalid("an API key must expire after now, %s, but this one would at %s"
                    .formatted(now, request.expiresAt()));
        }
        return new KeyRequest(
                request.projectId(),
                request.serviceAccountId(),
                Names.require("an API key", request.name()),
                request.scope(),
                request.expiresAt());
    }

    private ApiKey store(KeyRequest request, KeyText text) {
        return store(request, text.publicId(), text.text(), text.redacted());
    }

    private ApiKey store(KeyRequest request, @Nullable String publicId, String text, String redacted) {
        Project project = activeProject(request.projectId());
        String pepper = peppers.currentId();
        String digest = Objects.requireNonNull(peppers.digests(text).get(pepper));
        return keys.save(new ApiKey(
                new Identifiers(random).next("key"),
                project,
                request.serviceAccountId() == null
                        ? null
                        : serviceAccount(request.projectId(), request.serviceAccountId()),
                request,
                publicId,
                pepper,
                digest,
                redacted,
                clock.instant()));
    }

    private Project activeProject(String projectId) {
        Project project = projects.findById(projectId)
                .orElseThrow(
                        () -> new RefusedException(Reason.NOT_FOUND, "there is no project '%s'".formatted(projectId)));
        if (project.archived()) {
            throw invalid("the project '%s' is archived and takes no new API keys".formatted(project.name()));
        }
        return project;
    }

    private ServiceAccount serviceAccount(String projectId, String id) {
        return serviceAccounts
                .find(projectId, id)
                .orElseThrow(() -> new RefusedException(
                        Reason.NOT_FOUND,
                        "the project has no service account '%s'".formatted(id),
                        "service_account_id"));
    }

    private ApiKey require(String keyId) {
        return keys.findById(keyId).orElseThrow(() -> noKey(keyId));
    }

    private static RefusedException noKey(String keyId) {
        return new RefusedException(Reason.NOT_FOUND, "there is no API key '%s'".formatted(keyId));
    }

    private static RefusedException invalid(String message) {
        return new RefusedException(Reason.INVALID_VALUE, message);
    }

    private static void requireFixedForm(String text) {
        boolean printable = text.chars().allMatch(character -> character > ' ' && character < 0x7f);
        if (!printable || text.length() < MIN_FIXED_LENGTH || text.length() > MAX_FIXED_LENGTH) {
            throw invalid(
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
