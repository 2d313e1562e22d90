-- How urgent the request was, in OpenAI's words: default or flex. Null: the record is older than this column, default.
ALTER TABLE usage_record ADD COLUMN service_tier VARCHAR(16);
