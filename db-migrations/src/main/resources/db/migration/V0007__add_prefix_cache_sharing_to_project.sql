-- Whether the project's requests share computed prefixes with those of other projects that allow it too. Off: nobody can
-- tell from the time to the first token what the project has asked.
ALTER TABLE project ADD COLUMN shares_prefix_cache BOOLEAN DEFAULT FALSE NOT NULL;
