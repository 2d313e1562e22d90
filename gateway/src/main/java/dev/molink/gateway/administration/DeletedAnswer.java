package dev.molink.gateway.administration;

/** OpenAI's answer to a deletion. */
record DeletedAnswer(String object, String id, boolean deleted) {}
