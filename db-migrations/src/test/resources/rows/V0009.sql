INSERT INTO fleet_link VALUES ('gw_1', 'default', 'molink-demo', 0, 1, 1, 1, 0.5);
