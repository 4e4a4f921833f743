import { sql, type RawBuilder } from 'kysely';
import type { Database } from './database.ts';

/** What the control plane may hold of a person: messages to webhooks, and texts that quote data. */

export interface TextToErase {
  teamId: number;
  /** Any of these: spellings of ids. */
  terms: readonly string[];
}

/** Ids of the team's messages whose payload has one of the terms. */
export async function messagesWith(db: Database, { teamId, terms }: TextToErase): Promise<string[]> {
  const rows = await db.kysely
    .selectFrom('webhookMessages')
    .select('id')
    .where('teamId', '=', teamId)
    .where(mentions(sql`payload`, terms))
    .execute();
  return rows.map(({ id }) => id);
}

/** A message that waits is not sent any more. */
export async function deleteMessages(db: Database, { teamId, terms }: TextToErase): Promise<number> {
  const { numDeletedRows } = await db.kysely
    .deleteFrom('webhookMessages')
    .where('teamId', '=', teamId)
    .where(mentions(sql`payload`, terms))
    .executeTakeFirst();
  return Number(numDeletedRows);
}

const ERASED_TEXT = '(erased)';

/** Notices with one of the terms are deleted; of runs and reconciliations only the message goes. */
export async function eraseNotes(db: Database, of: TextToErase): Promise<number> {
  const { teamId, terms } = of;
  const notices = await db.kysely
    .deleteFrom('notices')
    .where('teamId', '=', teamId)
    .where(noticeMentions(terms))
    .executeTakeFirst();
  let rows = Number(notices.numDeletedRows);
  for (const table of ['exportRuns', 'reconciliations'] as const) {
    const { numUpdatedRows } = await db.kysely
      .updateTable(table)
      .set({ errorMessage: ERASED_TEXT })
      .where('teamId', '=', teamId)
      .where(mentions(sql`error_message`, terms))
      .executeTakeFirst();
    rows += Number(numUpdatedRows);
  }
  return rows;
}

export async function countNotes(db: Database, { teamId, terms }: TextToErase): Promise<number> {
  const { rows } = await sql<{ rows: number }>`SELECT
      (SELECT count(*) FROM notices WHERE team_id = ${teamId} AND ${noticeMentions(terms)})
      + (SELECT count(*) FROM export_runs WHERE team_id = ${teamId} AND ${mentions(sql`error_message`, terms)})
      + (SELECT count(*) FROM reconciliations WHERE team_id = ${teamId} AND ${mentions(sql`error_message`, terms)})
      AS rows`.execute(db.kysely);
  return rows[0]?.rows ?? 0;
}

function noticeMentions(terms: readonly string[]): RawBuilder<boolean> {
  return mentions(sql`(title || ' ' || text || ' ' || details::text)`, terms);
}

function mentions(text: RawBuilder<unknown>, terms: readonly string[]): RawBuilder<boolean> {
  return sql<boolean>`EXISTS (SELECT FROM unnest(${terms}::text[]) AS term WHERE position(term IN ${text}) > 0)`;
}
