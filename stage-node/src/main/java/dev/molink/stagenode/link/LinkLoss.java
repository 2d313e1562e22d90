package dev.molink.stagenode.link;

/**
 * Why a link, and with it the formation, is over.
 *
 * @param nodeId the node that was lost; empty when the formation was dissolved on purpose
 * @param reason a sentence that names the node
 */
public record LinkLoss(String nodeId, String reason) {}
