UPDATE usage_record SET generated_by_choice = '5';
