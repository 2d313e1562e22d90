UPDATE usage_record SET covered_tokens = 256, charged_prompt_tokens = 3, charged_cached_tokens = 0,
    charged_generated_tokens = 5;
