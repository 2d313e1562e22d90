INSERT INTO node_cost_profile (node_id, profile_version, effective_at, kind, currency, rent_per_hour, price_per_gigabyte,
    created_at, created_by)
VALUES ('node_1', 1, CURRENT_TIMESTAMP, 'RENT', 'USD', 1.5, 0, CURRENT_TIMESTAMP, 'key_1');
