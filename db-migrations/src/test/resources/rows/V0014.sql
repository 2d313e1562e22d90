UPDATE api_key SET allowed_models = 'molink-demo', allowed_endpoints = '/v1/completions', allowed_ip_ranges = '10.0.0.0/8';
