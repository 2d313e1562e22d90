INSERT INTO invite (id, organization_id, email, role, token_sha256_hex, created_at, expires_at, accepted_at, account_id)
VALUES ('invite_1', 'org_1', 'ada@example.com', 'DEVELOPER', 'ff', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP,
    CURRENT_TIMESTAMP, 'acct_2');
INSERT INTO invite_project (invite_id, project_id, role) VALUES ('invite_1', 'proj_1', 'MEMBER');
