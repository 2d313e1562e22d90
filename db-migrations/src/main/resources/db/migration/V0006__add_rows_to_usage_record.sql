-- Rows that the pipeline computed for the request, by cause, as its head counted them: what a bill is proved against. All
-- null where no head told: it was lost, or the record is older than these columns.
ALTER TABLE usage_record ADD COLUMN computed_rows BIGINT;
-- after a preemption, or again for another choice
ALTER TABLE usage_record ADD COLUMN recomputed_rows BIGINT;
-- after a stage was lost
ALTER TABLE usage_record ADD COLUMN replayed_rows BIGINT;
-- drafts that were right
ALTER TABLE usage_record ADD COLUMN verified_accepted_rows BIGINT;
ALTER TABLE usage_record ADD COLUMN verified_rejected_rows BIGINT;
-- of steps that ran when the request was over already
ALTER TABLE usage_record ADD COLUMN discarded_rows BIGINT;
ALTER TABLE usage_record ADD CONSTRAINT ck_usage_record_rows CHECK (
    (computed_rows IS NULL AND recomputed_rows IS NULL AND replayed_rows IS NULL
        AND verified_accepted_rows IS NULL AND verified_rejected_rows IS NULL AND discarded_rows IS NULL)
    OR (computed_rows >= 0 AND recomputed_rows >= 0 AND replayed_rows >= 0
        AND verified_accepted_rows >= 0 AND verified_rejected_rows >= 0 AND discarded_rows >= 0));
