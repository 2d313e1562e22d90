INSERT INTO fleet_node VALUES ('gw_1', 'node_1', '0.1.0', '10.0.0.1:50061', 'default', 'molink-demo', 'f32',
    8, 0, 8, 'READY', 'cpu', '2 threads', 1, 1, 1, 0, 0, 0, 0, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP,
    CURRENT_TIMESTAMP);
INSERT INTO fleet_pipeline (gateway_id, pipeline, model, model_layers, state, epoch, reason,
    lease_expires_at)
VALUES ('gw_1', 'default', 'molink-demo', 8, 'SERVING', 1, '', CURRENT_TIMESTAMP);
