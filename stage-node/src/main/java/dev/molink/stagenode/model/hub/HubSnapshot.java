package dev.molink.stagenode.model.hub;

import dev.molink.stagenode.model.format.ModelFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** One commit of a model; files come from the cache or, while the hub is within reach, from there. */
final class HubSnapshot implements ModelFolder {

    private final HubCache cache;
    private final HubModelId id;
    private final HubRevision revision;
    private final HubRemote remote;
    private final Patience patience;
    private final FetchProgress progress;

    HubSnapshot(
            HubCache cache,
            HubModelId id,
            HubRevision revision,
            HubRemote remote,
            Patience patience,
            FetchProgress progress) {
        this.cache = cache;
        this.id = id;
        this.revision = revision;
        this.remote = remote;
        this.patience = patience;
        this.progress = progress;
    }

    @Override
    public Path location() {
        return cache.snapshot(revision.commit());
    }

    @Override
    public String extent() {
        return "commit %s of %s on the hub".formatted(revision.commit(), id);
    }

    @Override
    public Optional<Path> find(String name) {
        Path cached = location().resolve(name);
        if (Files.isRegularFile(cached)) {
            return Optional.of(cached);
        }
        return revision.files().contains(name) ? Optional.of(fetch(name)) : Optional.empty();
    }

    private Path fetch(String name) {
        RemoteFile file = remote.describe(id, revision.commit(), name);
        cache.createFolders();
        try (FetchLock _ = FetchLock.acquire(cache.lock(file), patience.lock())) {
            if (!Files.isRegularFile(cache.blob(file))) {
                new FileFetch(remote, cache, id, revision.commit(), file, patience, progress).run();
            }
            return cache.link(revision.commit(), file);
        }
    }
}
