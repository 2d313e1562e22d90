INSERT INTO account (id, login, kind, role_source, email, display_name, deactivated_at, session_stamp, created_at)
VALUES ('acct_2', 'ada@example.com', 'MEMBER', 'LOCAL', 'ada@example.com', 'Ada', CURRENT_TIMESTAMP, 1, CURRENT_TIMESTAMP);
INSERT INTO account_identity (issuer, subject, account_id, created_at)
VALUES ('https://login.example.com', '4711', 'acct_2', CURRENT_TIMESTAMP);
