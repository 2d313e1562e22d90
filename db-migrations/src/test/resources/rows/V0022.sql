INSERT INTO admin_key (id, organization_id, name, role, public_id, digest_hex, pepper_id, redacted, created_by, created_at)
VALUES ('admk_1', 'org_1', 'laptop', 'OWNER', 'abc', 'ff', 'p1', 'sk-admin-…', 'start', CURRENT_TIMESTAMP);
