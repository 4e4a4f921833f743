-- The user that Sluice connects with (CLICKHOUSE_USERNAME): its own database and no source of data beside it, so that a
-- fault in docs/sql-model.md's allow-list would not reach files, addresses, dictionaries, other databases or the users.
-- Run by an administrator. Change the database, the password and the limit. Servers before 25.8.19.7, 25.12.9.13,
-- 26.1.5.7 and 26.2.4.13 let the scalar function file() read user_files without a grant
-- (github.com/ClickHouse/ClickHouse/pull/98115): keep that folder empty there.
CREATE SETTINGS PROFILE IF NOT EXISTS sluice_limits SETTINGS
    max_memory_usage = 8000000000 MAX 8000000000,
    allow_introspection_functions = 0 CONST;

CREATE USER IF NOT EXISTS sluice IDENTIFIED WITH sha256_password BY 'change me' SETTINGS PROFILE sluice_limits;

-- `sluice setup` makes and changes the database's tables and sets how long they keep their rows.
GRANT CREATE DATABASE, CREATE TABLE, CREATE VIEW, ALTER ADD COLUMN, ALTER TTL, SELECT, INSERT ON sluice.* TO sluice;
-- For erasures (docs/erasure.md), for what was added up of days that are gone (docs/maintenance.md), and for
-- `sluice rebuild-first-seen`, which has a table for the time that it takes.
GRANT ALTER DELETE, ALTER UPDATE, DROP TABLE ON sluice.* TO sluice;
-- What is added up of days is merged once a day: charts of a month are slower without.
GRANT OPTIMIZE ON sluice.* TO sluice;
GRANT SELECT ON system.mutations TO sluice;
-- For `sluice doctor`.
GRANT SELECT ON system.disks TO sluice;
-- With CLICKHOUSE_CLUSTER only: run all of this on each server, or ON CLUSTER.
GRANT CLUSTER ON *.* TO sluice;
GRANT SELECT ON system.clusters TO sluice;
GRANT SELECT ON system.replicas TO sluice;
