INSERT INTO share_holder (gateway_id, lease_expires_at) VALUES ('gw_1', CURRENT_TIMESTAMP);
INSERT INTO usage_bound (id, settled, held, obsolete_at)
VALUES ('PROJECT:proj_1:BUDGET_PER_MONTH:USD:0:', 1, 0.5, CURRENT_TIMESTAMP);
INSERT INTO usage_share (bound_id, gateway_id, held, returnable, forfeited)
VALUES ('PROJECT:proj_1:BUDGET_PER_MONTH:USD:0:', 'gw_1', 0.5, TRUE, FALSE);
