-- H2's triggers call the class dev.molink.dbmigrations.AppendOnlyTrigger; there is nothing to define.
SELECT 1;
