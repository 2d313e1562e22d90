INSERT INTO api_key (id, project_id, name, public_id, digest_hex, pepper_id, redacted, created_at)
VALUES ('key_1', 'proj_1', 'laptop', 'abc', 'ff', 'p1', 'sk-…', CURRENT_TIMESTAMP);
