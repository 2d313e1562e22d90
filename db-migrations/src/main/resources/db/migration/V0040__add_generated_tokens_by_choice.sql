-- The generated tokens of each choice, separated by commas. Null where no head told, or the record is older than this column.
ALTER TABLE usage_record ADD COLUMN generated_by_choice VARCHAR(2000);
