package dev.molink.stagenode.model.hub;

import dev.molink.stagenode.model.format.ModelFolder;
import dev.molink.stagenode.model.hub.HubException.Reason;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hub with the cache of Hugging Face's own programs before it: what they fetched is used, and what is fetched here they
 * find. Without the hub (no network, or {@code HF_HUB_OFFLINE}) the commit that was newest at the last visit is served
 * from the cache.
 */
public final class CachedHub implements Hub, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(CachedHub.class);

    private final HubSettings settings;
    private final Patience patience;
    private final FetchProgress progress;
    private final HubRemote remote;

    public CachedHub(HubSettings settings, Patience patience, FetchProgress progress) {
        this.settings = settings;
        this.patience = patience;
        this.progress = progress;
        this.remote = new HubRemote(settings, patience);
    }

    /** The hub that the process environment names, with progress in the log. */
    public static CachedHub fromEnvironment() {
        HubSettings settings = HubSettings.fromEnvironment(System.getenv(), Path.of(System.getProperty("user.home")));
        return new CachedHub(settings, Patience.USUAL, new LoggedProgress(System::nanoTime, log::info));
    }

    @Override
    public ModelFolder open(HubModelId id) {
        HubCache cache = new HubCache(settings.cache(), id);
        if (settings.offline()) {
            return cached(cache, "HF_HUB_OFFLINE is set")
                    .orElseThrow(() -> new HubException(
                            Reason.LOCAL,
                            "%s is not in the cache %s, and HF_HUB_OFFLINE forbids to fetch it"
                                    .formatted(id, settings.cache())));
        }
        try {
            HubRevision revision = remote.revision(id);
            cache.rememberCommit(revision.commit());
            return new HubSnapshot(cache, id, revision, remote, patience, progress);
        } catch (HubException e) {
            if (e.reason() != Reason.UNREACHABLE) {
                throw e;
            }
            ModelFolder folder = cached(cache, String.valueOf(e.getMessage())).orElseThrow(() -> e);
            log.warn("Using {} from the cache: {}", id, e.getMessage());
            return folder;
        }
    }

    private Optional<ModelFolder> cached(HubCache cache, String reason) {
        return cache.newestCommit().map(commit -> new CachedSnapshot(cache.snapshot(commit), reason));
    }

    /** Ends requests that still run. */
    @Override
    public void close() {
        remote.close();
    }
}
