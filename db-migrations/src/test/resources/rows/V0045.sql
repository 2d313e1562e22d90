INSERT INTO reconciliation_run VALUES ('rec_1', 'night', TIMESTAMP WITH TIME ZONE '2026-11-20 00:00:00+00', TIMESTAMP WITH TIME ZONE '2026-11-21 00:00:00+00',
    'system', 'FINISHED', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, 1, 1, 0, NULL);
INSERT INTO reconciliation_finding VALUES ('rec_1', 1, FALSE, 'rows', 'req_1', 'node_1', 'default', 'org_1',
    DATE '2026-11-20', 'computed_rows', '7', '8');
INSERT INTO reconciliation_total VALUES ('rec_1', DATE '2026-11-20', 'default', 'org_1', 'USD', 1, 0.1, 0.1);
