package dev.molink.kernels;

/**
 * Handle of the paged keys and values of the layers of one KV group, owned by the {@link TensorOps} that made it. The layout inside a
 * block is the backend's own. Released like a {@link Tensor}.
 */
public interface KvCache extends AutoCloseable {

    KvCacheShape shape();

    @Override
    void close();
}
