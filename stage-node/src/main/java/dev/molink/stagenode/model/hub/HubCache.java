package dev.molink.stagenode.model.hub;

import dev.molink.stagenode.model.hub.HubException.Reason;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * One model in the cache layout that Hugging Face's Python client uses and documents:
 *
 * <pre>
 * models--ORG--NAME/refs/main                     the newest commit
 * models--ORG--NAME/blobs/HASH                    contents
 * models--ORG--NAME/blobs/HASH.incomplete         contents so far
 * models--ORG--NAME/snapshots/COMMIT/FILE         link to ../../blobs/HASH
 * .locks/models--ORG--NAME/HASH.lock              held while HASH is fetched
 * </pre>
 */
final class HubCache {

    private final Path root;
    private final Path model;
    private final String folder;

    HubCache(Path root, HubModelId id) {
        this.root = root;
        this.folder = id.cacheFolder();
        this.model = root.resolve(folder);
    }

    /** The commit that was newest when the hub was last reached. */
    Optional<String> newestCommit() {
        Path ref = ref();
        if (!Files.isRegularFile(ref)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(ref).strip()).filter(RemoteFile::isHash);
        } catch (IOException e) {
            throw unusable(ref, e);
        }
    }

    void rememberCommit(String commit) {
        if (newestCommit().equals(Optional.of(commit))) {
            return;
        }
        try {
            Files.createDirectories(ref().getParent());
            Path fresh = Files.createTempFile(ref().getParent(), "main", ".new");
            Files.writeString(fresh, commit);
            moveInto(fresh, ref());
        } catch (IOException e) {
            throw unusable(ref(), e);
        }
    }

    Path snapshot(String commit) {
        return model.resolve("snapshots").resolve(commit);
    }

    Path blob(RemoteFile file) {
        return model.resolve("blobs").resolve(file.hash());
    }

    Path incomplete(RemoteFile file) {
        return model.resolve("blobs").resolve(file.hash() + ".incomplete");
    }

    Path lock(RemoteFile file) {
        return root.resolve(".locks").resolve(folder).resolve(file.hash() + ".lock");
    }

    /** Makes the finished file a blob. */
    void complete(RemoteFile file) {
        try {
            moveInto(incomplete(file), blob(file));
        } catch (IOException e) {
            throw unusable(blob(file), e);
        }
    }

    /** Lets the snapshot's file point to its blob; where links are impossible the blob itself moves there. */
    Path link(String commit, RemoteFile file) {
        Path target = snapshot(commit).resolve(file.name());
        try {
            Files.createDirectories(snapshot(commit));
            try {
                Files.createSymbolicLink(target, Path.of("..", "..", "blobs", file.hash()));
            } catch (FileAlreadyExistsException _) {
                return target;
            } catch (UnsupportedOperationException | IOException _) {
                moveInto(blob(file), target);
            }
            return target;
        } catch (IOException e) {
            throw unusable(target, e);
        }
    }

    void createFolders() {
        Path blobs = model.resolve("blobs");
        try {
            Files.createDirectories(blobs);
            Files.createDirectories(root.resolve(".locks").resolve(folder));
        } catch (IOException e) {
            throw unusable(blobs, e);
        }
    }

    static HubException unusable(Path path, IOException cause) {
        return new HubException(
                Reason.LOCAL, "the hub cache cannot be used: %s: %s".formatted(path, cause.getMessage()), cause);
    }

    private Path ref() {
        return model.resolve("refs").resolve("main");
    }

    private static void moveInto(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException _) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
