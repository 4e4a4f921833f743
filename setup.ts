import { createClickHouse } from './clickhouse/client.ts';
import { migrateClickHouse } from './clickhouse/migrate.ts';
import { ensureMaintenance } from './client/maintenance.ts';
import { setupNamespace } from './client/setup.ts';
import { connectTemporal } from './client/temporal.ts';
import type { Config } from './config.ts';
import { createApiKey } from './store/api-keys.ts';
import { openDatabase } from './store/database.ts';
import { migrateDatabase } from './store/migrate.ts';
import { createTeam, listTeams } from './store/teams.ts';

export interface SetupSummary {
  postgresMigrations: string[];
  clickhouseMigrations: string[];
  searchAttributesAdded: string[];
  warnings: string[];
}

/** Brings Postgres, ClickHouse and the Temporal namespace to what this release needs. Idempotent; run at each deploy. */
export async function setup(config: Config): Promise<SetupSummary> {
  const db = openDatabase(config.postgres);
  const clickhouse = createClickHouse(config.clickhouse);
  const temporal = await connectTemporal(config.temporal);
  try {
    const [postgres, events, namespace] = await Promise.all([
      migrateDatabase(db),
      migrateClickHouse(clickhouse),
      setupNamespace(temporal, {
        namespace: config.temporal.namespace,
        retentionDays: config.temporal.retentionDays,
      }),
    ]);
    await ensureMaintenance(temporal);
    return {
      postgresMigrations: postgres.applied,
      clickhouseMigrations: events.applied,
      searchAttributesAdded: namespace.searchAttributesAdded,
      warnings: namespace.warnings,
    };
  } finally {
    await Promise.all([temporal.close(), clickhouse.close(), db.close()]);
  }
}

export interface TeamAccess {
  teamId: number;
  captureToken: string;
  /** Shown once; only its hash is stored. */
  apiKey: string;
}

/** The team of that name, made when missing, with a new API key. */
export async function grantTeam(config: Config, name: string): Promise<TeamAccess> {
  const db = openDatabase(config.postgres);
  try {
    const team = (await listTeams(db)).find((known) => known.name === name) ?? (await createTeam(db, { name }));
    const { key } = await createApiKey(db, { teamId: team.id, name: 'created by sluice setup' });
    return { teamId: team.id, captureToken: team.captureToken, apiKey: key };
  } finally {
    await db.close();
  }
}
