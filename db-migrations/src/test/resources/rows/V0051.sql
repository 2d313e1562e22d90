UPDATE usage_record SET service_tier = 'flex';
