INSERT INTO stage_evidence VALUES ('req_1', 'node_1', 1, 1, 'default', 'molink-demo', 0, 8, 8, 7, 0, 0, 0, 0, 0, 0, 1000000,
    0, 0, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP);
