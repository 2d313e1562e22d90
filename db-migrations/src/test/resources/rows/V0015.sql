UPDATE api_key SET replaced_by_id = 'key_1', expires_at = CURRENT_TIMESTAMP;
