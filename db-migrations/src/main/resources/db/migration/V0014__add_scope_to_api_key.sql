-- What a key may be used for: models by name, endpoints by the beginning of their path, addresses by ranges such as
-- 10.0.0.0/8. One entry a line; null: any.
ALTER TABLE api_key ADD COLUMN allowed_models VARCHAR(8000);
ALTER TABLE api_key ADD COLUMN allowed_endpoints VARCHAR(4000);
ALTER TABLE api_key ADD COLUMN allowed_ip_ranges VARCHAR(4000);
