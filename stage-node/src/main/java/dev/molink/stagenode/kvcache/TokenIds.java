package dev.molink.stagenode.kvcache;

/**
 * The token ids of a sequence, prompt and generated ones, as its owner keeps them; read through, never copied. An id
 * whose keys and values were confirmed, or that an admission counts, does not change any more.
 */
@FunctionalInterface
public interface TokenIds {

    /** The id at {@code position}, counted from 0; asked only for positions that have one. */
    int at(int position);
}
