package dev.molink.controlplane.evidence;

/**
 * What a node told that cannot be a record of evidence, such as layers beyond the model's.
 *
 * @param reason what is wrong with it
 * @param told all that the node told, for whoever looks at it
 */
public record ImpossibleEvidence(String requestId, String nodeId, String reason, String told) {}
