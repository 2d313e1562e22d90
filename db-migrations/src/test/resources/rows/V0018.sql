INSERT INTO membership (organization_id, account_id, role, source, created_at)
VALUES ('org_1', 'acct_2', 'DEVELOPER', 'LOCAL', CURRENT_TIMESTAMP);
INSERT INTO project_member (project_id, account_id, role, created_at)
VALUES ('proj_1', 'acct_2', 'MEMBER', CURRENT_TIMESTAMP);
