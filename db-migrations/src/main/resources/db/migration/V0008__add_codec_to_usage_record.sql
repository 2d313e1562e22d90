-- How activations crossed the links between the stages that served the request: f32, bf16 or int8. Null where no head
-- told: it was lost, no pipeline took the request, or the record is older than this column.
ALTER TABLE usage_record ADD COLUMN codec VARCHAR(16);
