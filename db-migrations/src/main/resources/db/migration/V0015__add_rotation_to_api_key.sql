-- The key that took this one's place; this one expires when their overlap is over. Null: none.
ALTER TABLE api_key ADD COLUMN replaced_by_id VARCHAR(40);
ALTER TABLE api_key ADD CONSTRAINT fk_api_key_replaced_by FOREIGN KEY (replaced_by_id) REFERENCES api_key (id);
CREATE INDEX ix_api_key_replaced_by ON api_key (replaced_by_id);
-- for those that expire soon
CREATE INDEX ix_api_key_expires ON api_key (expires_at);
