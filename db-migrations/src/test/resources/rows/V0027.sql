INSERT INTO budget_crossing (bound_id, threshold_percent, limit_id, mode, amount, settled, crossed_at)
VALUES ('PROJECT:proj_1:BUDGET_PER_MONTH:USD:0:', 80, 'limit_1', 'SOFT', 10, 8.5, CURRENT_TIMESTAMP);
