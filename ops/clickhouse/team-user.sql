-- A user who may read the events of team 1 and nothing else, for people and tools that ask ClickHouse themselves.
-- Sluice does not connect with it. Repeat it per team with another name, number and password.
CREATE SETTINGS PROFILE IF NOT EXISTS sluice_team_limits SETTINGS
    readonly = 1 CONST,
    max_execution_time = 60 CONST,
    max_memory_usage = 2000000000 CONST,
    max_rows_to_read = 2000000000 CONST,
    max_result_rows = 10000000 CONST;

CREATE USER IF NOT EXISTS sluice_team_1 IDENTIFIED WITH sha256_password BY 'change me'
    SETTINGS PROFILE sluice_team_limits;
GRANT SELECT ON sluice.event_log TO sluice_team_1;
GRANT SELECT ON sluice.event_first_seen TO sluice_team_1;

CREATE ROW POLICY IF NOT EXISTS sluice_team_1 ON sluice.event_log, sluice.event_first_seen
    FOR SELECT USING team_id = 1 TO sluice_team_1;
-- Once a table has a policy, a user without one may see no row of it: this keeps Sluice and administrators as they were.
CREATE ROW POLICY IF NOT EXISTS sluice_everyone_else ON sluice.event_log, sluice.event_first_seen
    FOR SELECT USING 1 TO ALL EXCEPT sluice_team_1;
