INSERT INTO webhook (id, name, url, kinds, pepper_id, created_at)
VALUES ('hook_1', 'pager', 'https://alerts.example.com/molink', '', 'p1', CURRENT_TIMESTAMP);
INSERT INTO alert (id, kind, event_key, data, raised_at)
VALUES ('alert_1', 'reconciliation.difference', 'reconciliation:1', '{}', CURRENT_TIMESTAMP);
INSERT INTO alert_delivery VALUES ('alert_1', 'hook_1', 0, CURRENT_TIMESTAMP, NULL, '');
INSERT INTO spend_alert VALUES ('spend_1', 'org_1', NULL, 100, 'USD', CURRENT_TIMESTAMP);
