package dev.molink.stagenode.grammar;

/**
 * A place in a text of a grammar: what was read, as far as it matters for what may follow. An immutable value that a
 * sequence can keep and go back to. States that come of one {@link Grammar#start()} share a machine, which learns as they
 * are read, and belong to one thread at a time.
 */
public interface GrammarState {

    /**
     * The state after {@code bytes}, which may begin or end within a character.
     *
     * @throws GrammarException when the text has more readings at once than the grammar's limits allow
     */
    GrammarState advance(byte[] bytes);

    /** Whether no continuation makes the text read so far one of the grammar. */
    boolean isDead();

    /** Whether the text read so far is one of the grammar. */
    boolean mayEnd();

    /** Whether the text read so far is one of the grammar and no longer text that begins with it is. */
    boolean mustEnd();
}
