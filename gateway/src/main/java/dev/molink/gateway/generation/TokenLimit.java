package dev.molink.gateway.generation;

/**
 * How many ids a choice may have, as the request says it.
 *
 * @param field the body's field that says it, for messages
 */
record TokenLimit(int tokens, String field) {}
