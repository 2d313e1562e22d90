package dev.molink.stagenode.kvcache;

/** SHA-256 over a salt and all ids up to the end of a block: two blocks with the same one hold the same. */
record ChainHash(long first, long second, long third, long fourth) {

    /** The hash is uniform, so that any 32 of its bits spread as well as all. */
    @Override
    public int hashCode() {
        return (int) first;
    }
}
