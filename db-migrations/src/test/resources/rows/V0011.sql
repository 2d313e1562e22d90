UPDATE usage_record SET end_user = 'user-7', price_rule_id = 'price_1', charge = 0.000000000000000001, currency = 'USD';
