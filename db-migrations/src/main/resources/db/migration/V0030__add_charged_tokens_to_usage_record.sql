-- The most generated tokens that the lease of the request could cover; null: no lease told.
ALTER TABLE usage_record ADD COLUMN covered_tokens BIGINT;
-- The tokens that are charged, which the charging rule makes of those counted. All null where nothing is charged.
ALTER TABLE usage_record ADD COLUMN charged_prompt_tokens BIGINT;
ALTER TABLE usage_record ADD COLUMN charged_cached_tokens BIGINT;
ALTER TABLE usage_record ADD COLUMN charged_generated_tokens BIGINT;
ALTER TABLE usage_record ADD CONSTRAINT ck_usage_record_covered CHECK (covered_tokens IS NULL OR covered_tokens >= 0);
ALTER TABLE usage_record ADD CONSTRAINT ck_usage_record_charged CHECK (
    (charged_prompt_tokens IS NULL AND charged_cached_tokens IS NULL AND charged_generated_tokens IS NULL)
    OR (charged_prompt_tokens >= charged_cached_tokens AND charged_cached_tokens >= 0 AND charged_generated_tokens >= 0));
