INSERT INTO usage_hour (starts_at, organization_id, project_id, api_key_id, end_user, model, pipeline, service_tier,
    currency, requests, failed_requests, prompt_tokens, cached_tokens, generated_tokens, delivered_tokens,
    charged_prompt_tokens, charged_cached_tokens, charged_generated_tokens, charge)
VALUES ('2025-01-21 10:00:00+00', 'org_1', 'proj_1', 'key_1', 'user-7', 'molink-demo', 'default', 'default', 'USD',
    1, 0, 3, 0, 5, 5, 3, 0, 5, 0.000000000000000001);
INSERT INTO usage_day (starts_at, organization_id, project_id, api_key_id, model, service_tier,
    currency, price_rule_id, requests, failed_requests, prompt_tokens, cached_tokens, generated_tokens, delivered_tokens,
    charged_prompt_tokens, charged_cached_tokens, charged_generated_tokens, charge)
VALUES ('2025-01-21 00:00:00+00', 'org_1', 'proj_1', 'key_1', 'molink-demo', 'default', 'USD', 'price_1',
    1, 0, 3, 0, 5, 5, 3, 0, 5, 0.000000000000000001);
INSERT INTO usage_day_end_user (starts_at, organization_id, project_id, api_key_id, end_user, model, service_tier,
    currency, requests, failed_requests, prompt_tokens, cached_tokens, generated_tokens, delivered_tokens,
    charged_prompt_tokens, charged_cached_tokens, charged_generated_tokens, charge)
VALUES ('2025-01-21 00:00:00+00', 'org_1', 'proj_1', 'key_1', 'user-7', 'molink-demo', 'default', 'USD',
    1, 0, 3, 0, 5, 5, 3, 0, 5, 0.000000000000000001);
INSERT INTO rollup_end_user (starts_at, project_id, end_user) VALUES ('2025-01-21 10:00:00+00', 'proj_1', 'user-7');
INSERT INTO rollup_end_user_count (starts_at, project_id, end_users, closed)
VALUES ('2025-01-21 10:00:00+00', 'proj_1', 1, FALSE);
