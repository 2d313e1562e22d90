INSERT INTO usage_limit (id, organization_id, owner_kind, owner_id, model, metric, amount, mode, currency, changed_at)
VALUES ('limit_1', 'org_1', 'PROJECT', 'proj_1', '', 'BUDGET_PER_MONTH', 12.345678901234, 'HARD', 'USD', CURRENT_TIMESTAMP);
