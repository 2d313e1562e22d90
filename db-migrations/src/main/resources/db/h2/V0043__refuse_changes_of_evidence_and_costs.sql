CREATE TRIGGER stage_evidence_append_only BEFORE UPDATE, DELETE ON stage_evidence
    FOR EACH ROW CALL "dev.molink.dbmigrations.AppendOnlyTrigger";
CREATE TRIGGER node_cost_profile_append_only BEFORE UPDATE, DELETE ON node_cost_profile
    FOR EACH ROW CALL "dev.molink.dbmigrations.AppendOnlyTrigger";
