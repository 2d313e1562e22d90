-- Rows of prices, of the ledger and of statements are never changed or removed.
CREATE TRIGGER tr_price_rule_append_only BEFORE UPDATE, DELETE ON price_rule
    FOR EACH ROW CALL 'dev.molink.dbmigrations.AppendOnlyTrigger';
CREATE TRIGGER tr_price_withdrawal_append_only BEFORE UPDATE, DELETE ON price_withdrawal
    FOR EACH ROW CALL 'dev.molink.dbmigrations.AppendOnlyTrigger';
CREATE TRIGGER tr_ledger_account_append_only BEFORE UPDATE, DELETE ON ledger_account
    FOR EACH ROW CALL 'dev.molink.dbmigrations.AppendOnlyTrigger';
CREATE TRIGGER tr_ledger_entry_append_only BEFORE UPDATE, DELETE ON ledger_entry
    FOR EACH ROW CALL 'dev.molink.dbmigrations.AppendOnlyTrigger';
CREATE TRIGGER tr_statement_append_only BEFORE UPDATE, DELETE ON statement
    FOR EACH ROW CALL 'dev.molink.dbmigrations.AppendOnlyTrigger';
CREATE TRIGGER tr_statement_line_append_only BEFORE UPDATE, DELETE ON statement_line
    FOR EACH ROW CALL 'dev.molink.dbmigrations.AppendOnlyTrigger';
