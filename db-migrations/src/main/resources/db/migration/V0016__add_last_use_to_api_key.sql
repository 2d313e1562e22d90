-- When the key was last presented and found valid, as far as replicas have told; they tell once a minute. Null: never.
ALTER TABLE api_key ADD COLUMN last_used_at TIMESTAMP WITH TIME ZONE;
