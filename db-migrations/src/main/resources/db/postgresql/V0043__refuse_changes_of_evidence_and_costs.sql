CREATE TRIGGER stage_evidence_append_only BEFORE UPDATE OR DELETE ON stage_evidence
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER stage_evidence_no_truncate BEFORE TRUNCATE ON stage_evidence
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER node_cost_profile_append_only BEFORE UPDATE OR DELETE ON node_cost_profile
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER node_cost_profile_no_truncate BEFORE TRUNCATE ON node_cost_profile
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
