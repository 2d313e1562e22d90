-- The tenant's own label for whom the request served, such as OpenAI's "user". Null: none was given.
ALTER TABLE usage_record ADD COLUMN end_user VARCHAR(256);
-- What the request costs its tenant, exact, by the rule that held at its admission. All null: its project is not billed, or
-- the record is older than these columns.
ALTER TABLE usage_record ADD COLUMN price_rule_id VARCHAR(40);
ALTER TABLE usage_record ADD COLUMN charge NUMERIC(38, 18);
ALTER TABLE usage_record ADD COLUMN currency VARCHAR(3);
ALTER TABLE usage_record ADD CONSTRAINT ck_usage_record_charge CHECK (
    (charge IS NULL AND currency IS NULL) OR (charge >= 0 AND currency IS NOT NULL));
