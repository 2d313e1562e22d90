INSERT INTO service_account (id, project_id, name, role, created_at)
VALUES ('svc_acct_1', 'proj_1', 'indexer', 'MEMBER', CURRENT_TIMESTAMP);
UPDATE api_key SET service_account_id = 'svc_acct_1';
