import { z } from 'zod';
import { LOG_LEVELS, levelsFrom } from '../../core/user-log.ts';
import type { ApiDeps, ApiScope, LogEntryView } from '../deps.ts';
import { decodePosition, encodePosition, pageQuery } from '../pagination.ts';
import { idParams, problems, timestamp } from '../schemas.ts';
import { findRun } from './runs.ts';

const level = z.enum(LOG_LEVELS);
const position = z.tuple([z.int().min(0), z.string().regex(/^\d{1,20}$/)]);

const lineSchema = z.object({
  id: z.string().describe('A cursor: the page after this line.'),
  logged_at: timestamp,
  level,
  message: z.string(),
  fields: z.record(z.string(), z.unknown()),
});

/** What a user reads about a run, step by step. */
export function runLogRoutes(scope: ApiScope, deps: ApiDeps): void {
  scope.get(
    '/runs/:id/log',
    {
      schema: {
        tags: ['runs'],
        summary: 'Read the log of a run',
        description: 'Oldest first. Lines appear about a second after they were written.',
        params: idParams,
        querystring: z.object({
          ...pageQuery,
          cursor: z.string().max(500).optional().describe('`next_cursor`, or the `id` of any line.'),
          level: level.default('debug').describe('This level and everything more important.'),
        }),
        response: { 200: z.object({ items: z.array(lineSchema), next_cursor: z.string().nullable() }), ...problems },
      },
    },
    async ({ teamId, params, query }) => {
      const { id } = await findRun(deps, { teamId, id: params.id });
      const after = query.cursor === undefined ? undefined : decodePosition(query.cursor, position);
      const lines = await deps.events.listLogEntries({
        ...{ teamId, source: 'export_run', sourceId: id, limit: query.limit + 1 },
        levels: levelsFrom(query.level),
        ...(after === undefined ? {} : { after: { loggedMs: after[0], hash: after[1] } }),
      });
      const items = lines.slice(0, query.limit).map(lineView);
      return { items, next_cursor: lines.length > query.limit ? (items.at(-1)?.id ?? null) : null };
    },
  );
}

function lineView({ loggedAt, level, message, fields, position }: LogEntryView): z.output<typeof lineSchema> {
  const id = encodePosition([position.loggedMs, position.hash]);
  return { id, logged_at: loggedAt.toISOString(), level, message, fields };
}
