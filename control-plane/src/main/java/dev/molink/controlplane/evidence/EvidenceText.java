package dev.molink.controlplane.evidence;

import tools.jackson.databind.json.JsonMapper;

/** Evidence that is set aside, for whoever looks at it: JSON with the names of its components. */
final class EvidenceText {

    private static final JsonMapper MAPPER = JsonMapper.shared();

    private EvidenceText() {}

    static byte[] bytes(StageEvidence record) {
        return MAPPER.writeValueAsBytes(record);
    }

    static byte[] bytes(ImpossibleEvidence evidence) {
        return MAPPER.writeValueAsBytes(evidence);
    }
}
