INSERT INTO audit_entry (sequence, id, recorded_at, actor_kind, actor_id, actor_role, organization_id, action, object_id,
    before_fields, after_fields, request_id, previous_hash, hash)
VALUES (1, 'audit_1', CURRENT_TIMESTAMP, 'SYSTEM', 'start', 'OWNER', 'org_1', 'project.created', 'proj_1',
    '', 'name=demo', '', '00', 'ff');
