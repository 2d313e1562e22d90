INSERT INTO usage_day (starts_at, organization_id, project_id, api_key_id, model, service_tier,
    currency, price_rule_id, requests, failed_requests, prompt_tokens, cached_tokens, generated_tokens, delivered_tokens,
    charged_prompt_tokens, charged_cached_tokens, charged_generated_tokens, charge)
VALUES ('2025-01-22 00:00:00+00', 'org_1', 'proj_1', 'key_1', 'molink-demo', 'default', '', '', 1, 1, 3, 0, 5, 5, 0, 0, 0, 0);
