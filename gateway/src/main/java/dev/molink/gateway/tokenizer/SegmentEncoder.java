package dev.molink.gateway.tokenizer;

/** Cuts text without added tokens into ids; one algorithm of one vocabulary. Safe for any number of threads. */
interface SegmentEncoder {

    /** Appends the ids of {@code segment}, which is not empty and stands at the start or behind an added token. */
    void encode(String segment, IdBuffer ids);
}
