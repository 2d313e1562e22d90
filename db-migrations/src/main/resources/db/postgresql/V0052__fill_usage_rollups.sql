-- What was recorded before there were sums. No end user had a row of its own then.
INSERT INTO usage_hour (starts_at, organization_id, project_id, api_key_id, end_user, model, pipeline, service_tier, currency,
    requests, failed_requests, prompt_tokens, cached_tokens, generated_tokens, delivered_tokens,
    charged_prompt_tokens, charged_cached_tokens, charged_generated_tokens, charge)
SELECT DATE_TRUNC('hour', finished_at, 'UTC') AS start, organization_id, project_id, api_key_id, '', model, pipeline,
    COALESCE(service_tier, 'default') AS tier, COALESCE(currency, '') AS money,
    COUNT(*), COUNT(failure_code), SUM(prompt_tokens), SUM(cached_tokens), SUM(generated_tokens),
    COALESCE(SUM(delivered_tokens), 0),
    COALESCE(SUM(charged_prompt_tokens), 0), COALESCE(SUM(charged_cached_tokens), 0),
    COALESCE(SUM(charged_generated_tokens), 0), COALESCE(SUM(charge), 0)
FROM usage_record
GROUP BY DATE_TRUNC('hour', finished_at, 'UTC'), organization_id, project_id, api_key_id, model, pipeline,
    COALESCE(service_tier, 'default'), COALESCE(currency, '');
INSERT INTO usage_day (starts_at, organization_id, project_id, api_key_id, model, service_tier, currency, price_rule_id,
    requests, failed_requests, prompt_tokens, cached_tokens, generated_tokens, delivered_tokens,
    charged_prompt_tokens, charged_cached_tokens, charged_generated_tokens, charge)
SELECT DATE_TRUNC('day', finished_at, 'UTC') AS start, organization_id, project_id, api_key_id, model,
    COALESCE(service_tier, 'default') AS tier, COALESCE(currency, '') AS money,
    COALESCE(price_rule_id, ''),
    COUNT(*), COUNT(failure_code), SUM(prompt_tokens), SUM(cached_tokens), SUM(generated_tokens),
    COALESCE(SUM(delivered_tokens), 0),
    COALESCE(SUM(charged_prompt_tokens), 0), COALESCE(SUM(charged_cached_tokens), 0),
    COALESCE(SUM(charged_generated_tokens), 0), COALESCE(SUM(charge), 0)
FROM usage_record
GROUP BY DATE_TRUNC('day', finished_at, 'UTC'), organization_id, project_id, api_key_id, model,
    COALESCE(service_tier, 'default'), COALESCE(currency, ''), COALESCE(price_rule_id, '');
INSERT INTO usage_day_end_user (starts_at, organization_id, project_id, api_key_id, end_user, model, service_tier, currency,
    requests, failed_requests, prompt_tokens, cached_tokens, generated_tokens, delivered_tokens,
    charged_prompt_tokens, charged_cached_tokens, charged_generated_tokens, charge)
SELECT DATE_TRUNC('day', finished_at, 'UTC') AS start, organization_id, project_id, api_key_id, '', model,
    COALESCE(service_tier, 'default') AS tier, COALESCE(currency, '') AS money,
    COUNT(*), COUNT(failure_code), SUM(prompt_tokens), SUM(cached_tokens), SUM(generated_tokens),
    COALESCE(SUM(delivered_tokens), 0),
    COALESCE(SUM(charged_prompt_tokens), 0), COALESCE(SUM(charged_cached_tokens), 0),
    COALESCE(SUM(charged_generated_tokens), 0), COALESCE(SUM(charge), 0)
FROM usage_record
GROUP BY DATE_TRUNC('day', finished_at, 'UTC'), organization_id, project_id, api_key_id, model,
    COALESCE(service_tier, 'default'), COALESCE(currency, '');
