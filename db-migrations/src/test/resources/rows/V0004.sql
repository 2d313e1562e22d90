INSERT INTO usage_record (request_id, api_key_id, project_id, organization_id, model, pipeline, endpoint,
    prompt_tokens, cached_tokens, generated_tokens, finish_reasons, received_at, finished_at, evidence)
VALUES ('req_1', 'key_1', 'proj_1', 'org_1', 'molink-demo', 'default', '/v1/completions', 3, 0, 5, 'stop',
    CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, 'HEAD');
