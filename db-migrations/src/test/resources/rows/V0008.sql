UPDATE usage_record SET codec = 'int8';
