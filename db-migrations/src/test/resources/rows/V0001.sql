INSERT INTO organization VALUES ('org_1', 'default', CURRENT_TIMESTAMP);
INSERT INTO project (id, organization_id, name, created_at)
VALUES ('proj_1', 'org_1', 'demo', CURRENT_TIMESTAMP);
