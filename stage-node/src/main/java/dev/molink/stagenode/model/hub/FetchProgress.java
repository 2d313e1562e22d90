package dev.molink.stagenode.model.hub;

/** Told how far a file is; called often, from the fetching thread. */
@FunctionalInterface
public interface FetchProgress {

    /** @param bytes of the file that are on disk now, those of an earlier try included */
    void fetched(String file, long bytes, long totalBytes);
}
