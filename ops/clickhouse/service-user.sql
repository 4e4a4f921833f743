-- The user that Sluice connects with (CLICKHOUSE_USERNAME): its own database and no source of data beside it, so that a
-- fault in docs/sql-model.md's allow-list would not reach files, addresses, dictionaries, other databases or the users.
-- Run by an administrator. Change the database, the password and the limit. Servers before 25.8.19.7, 25.12.9.13,
-- 26.1.5.7 and 26.2.4.13 let the scalar function file() read user_files without a grant
-- (github.com/ClickHouse/ClickHouse/pull/98115): keep that folder empty there.
CREATE SETTINGS PROFILE IF NOT EXISTS sluice_limits SETTINGS
    max_memory_usage = 8000000000 MAX 8000000000,
    allow_introspection_functions = 0 CONST;

CREATE USER IF NOT EXISTS sluice IDENTIFIED WITH sha256_password BY 'change me' SETTINGS PROFILE sluice_limits;

-- `sluice setup` makes the database's tables and sets how long they keep their rows. The last two are for erasures
-- (docs/erasure.md); apart from those, SELECT and INSERT are enough afterwards.
GRANT CREATE DATABASE, CREATE TABLE, CREATE VIEW, ALTER TTL, SELECT, INSERT ON sluice.* TO sluice;
GRANT ALTER DELETE, ALTER UPDATE ON sluice.* TO sluice;
GRANT SELECT ON system.mutations TO sluice;
