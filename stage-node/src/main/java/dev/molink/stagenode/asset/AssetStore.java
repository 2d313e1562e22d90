package dev.molink.stagenode.asset;

import dev.molink.proto.stage.v1.AssetKind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The assets of a stage, in memory: bounded in number and bytes; what was not used for longest goes first. Thread-safe.
 */
public final class AssetStore {

    /** Room for the grammars of all sequences that may run or wait, and a large vocabulary. */
    public static final int DEFAULT_ASSETS = 2048;

    public static final long DEFAULT_BYTES = 256L << 20;

    private final int maxAssets;
    private final long maxBytes;

    // Guarded by this: least recently used first.
    private final Map<Asset, byte[]> assets = new LinkedHashMap<>(16, 0.75f, true);
    private long heldBytes;

    public AssetStore() {
        this(DEFAULT_ASSETS, DEFAULT_BYTES);
    }

    /** @param maxBytes of all assets together, and so of each */
    public AssetStore(int maxAssets, long maxBytes) {
        if (maxAssets < 1 || maxBytes < 1) {
            throw new IllegalArgumentException(
                    "a store of %d assets in %d bytes holds nothing".formatted(maxAssets, maxBytes));
        }
        this.maxAssets = maxAssets;
        this.maxBytes = maxBytes;
    }

    /** The bytes with this content hash, in hex; empty if they never came or had to go. */
    public synchronized Optional<byte[]> find(AssetKind kind, String sha256) {
        return Optional.ofNullable(assets.get(new Asset(kind, sha256))).map(byte[]::clone);
    }

    synchronized boolean holds(Asset asset) {
        return assets.get(asset) != null;
    }

    /**
     * Keeps an asset; one that is there already is only fresh again.
     *
     * @throws AssetRefusedException if the bytes do not have the hash, the kind is unknown, or it is larger than the
     *     store
     */
    void put(Asset asset, byte[] bytes) throws AssetRefusedException {
        check(asset, bytes.length);
        String hash = Asset.hash(bytes);
        if (!hash.equals(asset.sha256())) {
            throw AssetRefusedException.wrong(
                    "%s: the %d bytes that came have the hash %s".formatted(asset, bytes.length, hash));
        }
        keep(asset, bytes.clone());
    }

    /** @throws AssetRefusedException if an asset that has already {@code bytes} bytes could not be kept */
    void check(Asset asset, long bytes) throws AssetRefusedException {
        if (!asset.isKnownKind()) {
            throw AssetRefusedException.wrong("%s is no kind of asset of this version".formatted(asset.kind()));
        }
        if (bytes > maxBytes) {
            throw AssetRefusedException.tooLarge(
                    "%s has %d bytes or more; this stage keeps at most %d".formatted(asset, bytes, maxBytes));
        }
    }

    private synchronized void keep(Asset asset, byte[] bytes) {
        if (assets.get(asset) != null) {
            return;
        }
        assets.put(asset, bytes);
        heldBytes += bytes.length;
        var oldest = assets.entrySet().iterator();
        while (assets.size() > maxAssets || heldBytes > maxBytes) {
            heldBytes -= oldest.next().getValue().length;
            oldest.remove();
        }
    }
}
