-- Whether requests of the project need a price rule and are charged by it.
ALTER TABLE project ADD COLUMN billed BOOLEAN DEFAULT TRUE NOT NULL;
-- The keys of an archived project do not work. Null: it is active.
ALTER TABLE project ADD COLUMN archived_at TIMESTAMP WITH TIME ZONE;
-- What ran without prices before there were any goes on to do so: local projects and the demonstration's.
UPDATE project SET billed = FALSE WHERE organization_id IN (
    SELECT id FROM organization WHERE name = 'default' OR name = 'demo');
