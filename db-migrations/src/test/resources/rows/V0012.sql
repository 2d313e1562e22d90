UPDATE project SET billed = FALSE, archived_at = CURRENT_TIMESTAMP;
