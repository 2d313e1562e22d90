package dev.molink.gateway.generation;

/** Gathers the text of a streamed answer whose every line holds all of it. */
public interface LineFormat {

    void add(Delta delta);

    /** The next line: everything that was added so far. */
    Object line();
}
