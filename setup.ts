import { createClickHouse } from './clickhouse/client.ts';
import { migrateClickHouse } from './clickhouse/migrate.ts';
import { rebuildFirstSeen, type RebuildProgress, type RebuiltFirstSeen } from './clickhouse/rebuild-first-seen.ts';
import { applyRetention } from './clickhouse/retention.ts';
import { ensureMaintenance } from './client/maintenance.ts';
import { setupNamespace } from './client/setup.ts';
import { connectTemporal } from './client/temporal.ts';
import type { Config } from './config.ts';
import { createApiKey } from './store/api-keys.ts';
import type { Role } from './core/access.ts';
import { writeOperatorAudit } from './store/audit-log.ts';
import { openDatabase, type Database } from './store/database.ts';
import { agreeOnShards } from './store/delivery-division.ts';
import { createInvitation, inviteFirstOwner } from './store/invitations.ts';
import { migrateDatabase } from './store/migrate.ts';
import { withOperatorLock } from './store/operator-lock.ts';
import { RESET_HOURS, resetByOperator } from './store/password-resets.ts';
import { untilDatabaseAnswers } from './store/patience.ts';
import { rotateKeys, type Rotation } from './store/rotate-keys.ts';
import { createSecretBox } from './store/secrets.ts';
import { createTeam, listTeams } from './store/teams.ts';

export interface SetupSummary {
  postgresMigrations: string[];
  clickhouseMigrations: string[];
  /** Tables of ClickHouse that keep their rows for another time now. */
  retentionChanged: string[];
  searchAttributesAdded: string[];
  warnings: string[];
}

/** Brings Postgres, ClickHouse and the Temporal namespace to what this release needs. Idempotent; run at each deploy. */
export async function setup(config: Config): Promise<SetupSummary> {
  // A migration takes as long as it takes.
  const db = openDatabase({ ...config.postgres, answerWithinMs: 0 });
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
    await agreeOnShards(db, config.worker.deliveryShards);
    const retentionChanged = await applyRetention(clickhouse, config.retention);
    await ensureMaintenance(temporal);
    return {
      postgresMigrations: postgres.applied,
      clickhouseMigrations: events.applied,
      retentionChanged,
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
  return withDatabase(config, async (db) => {
    const team = (await listTeams(db)).find((known) => known.name === name) ?? (await createTeam(db, { name }));
    const { key } = await createApiKey(db, { teamId: team.id, name: 'created by sluice setup' });
    return { teamId: team.id, captureToken: team.captureToken, apiKey: key };
  });
}

/** The same of a server that may have started without Postgres: repeated until that answers, or the signal aborts. */
export async function awaitFirstOwnerLink(
  config: Config,
  serverUrl: string,
  stopped: AbortSignal,
): Promise<string | undefined> {
  return untilDatabaseAnswers(() => firstOwnerLink(config, serverUrl), { signal: stopped });
}

/** A link with which the first owner makes an account; undefined once there is a user. Good until then, for a week. */
export async function firstOwnerLink(config: Config, serverUrl: string): Promise<string | undefined> {
  return withDatabase(config, async (db) => {
    const team = (await listTeams(db))[0] ?? (await createTeam(db, { name: 'Default' }));
    const token = await inviteFirstOwner(db, team.id);
    return token === undefined ? undefined : welcomeUrl(config.access.publicUrl ?? serverUrl, token);
  });
}

/** The link of an invitation, for an operator to pass on. `team`: absent, the first one. */
export async function inviteUser(
  config: Config,
  invitation: { email: string; role: Role; team?: string },
): Promise<{ email: string; role: Role; team: string; url: string }> {
  const { email, role } = invitation;
  return withDatabase(config, async (db) => {
    const team = (await listTeams(db)).find(({ name }) => invitation.team === undefined || name === invitation.team);
    if (!team) {
      throw new Error('there is no such team; make it with: sluice setup --team NAME');
    }
    const { token, invitation: made } = await createInvitation(db, { teamId: team.id, email, role });
    await writeOperatorAudit(db, team.id, {
      ...{ action: 'Invite somebody to the team', command: 'sluice users invite', resource: 'invitations' },
      ...{ resourceId: made.id, changes: Object.entries({ email, role }).map(([field, value]) => ({ field, value })) },
    });
    return { email, role, team: team.name, url: welcomeUrl(publicUrlOf(config), token) };
  });
}

/** A link with which somebody sets a new password, for an operator to pass on: of any user. */
export async function resetPassword(
  config: Config,
  email: string,
): Promise<{ email: string; url: string; hours: number }> {
  return withDatabase(config, async (db) => {
    const reset = await resetByOperator(db, email);
    if (!reset) {
      throw new Error('nobody has this address; invite somebody with: sluice users invite --email ADDRESS');
    }
    const { href: url } = new URL(`/console/reset-password?token=${reset.token}`, publicUrlOf(config));
    return { email: reset.email, url, hours: RESET_HOURS };
  });
}

function publicUrlOf({ access, server }: Config): string {
  return access.publicUrl ?? `http://${server.host}:${String(server.port)}`;
}

/** After a loss: what tells duplicates is made anew from the event log. Throws operation_running when that is going on. */
export async function rebuildFirstArrivals(
  config: Config,
  onProgress: (progress: RebuildProgress) => void,
): Promise<RebuiltFirstSeen> {
  const { visibilityBoundMs } = config.worker;
  return withDatabase(config, (db) =>
    withOperatorLock(db, async () => {
      const clickhouse = createClickHouse({ ...config.clickhouse, profile: 'backfill' });
      try {
        return await rebuildFirstSeen(clickhouse, { visibilityBoundMs, onProgress });
      } finally {
        await clickhouse.close();
      }
    }),
  );
}

function welcomeUrl(publicUrl: string, token: string): string {
  return new URL(`/console/welcome?token=${token}`, publicUrl).href;
}

/** Seals everything with the present key that another one has sealed. */
export async function rotateEncryptionKeys(config: Config): Promise<Rotation[]> {
  return withDatabase(config, (db) => rotateKeys(db, createSecretBox(config.encryptionKey, config.oldEncryptionKeys)));
}

async function withDatabase<Result>(config: Config, work: (db: Database) => Promise<Result>): Promise<Result> {
  const db = openDatabase(config.postgres);
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}
