import { z } from 'zod';
import { ERASURE_PLACES, NOT_ERASED } from '../../core/erasure.ts';
import { NO_PERSON } from '../../core/person.ts';
import { createErasure, dropErasure, getErasure, listErasures, type ErasureRecord } from '../../store/erasures.ts';
import { requireScope } from '../access/permissions.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { cutPage, datedCursor, pageOf, pageQuery } from '../pagination.ts';
import { idParams, problems, timestamp } from '../schemas.ts';
import { steering } from '../temporal-errors.ts';

const MAX_IDS = 100;

const newErasure = z
  .strictObject({
    distinct_ids: z
      .array(
        z
          .string()
          .min(1)
          .max(1_000)
          .refine((text) => !text.includes('\0'), 'must not contain NUL'),
      )
      .max(MAX_IDS)
      .default([])
      .describe('Every distinct_id of the person: ids that belong together are not guessed.'),
    person_ids: z
      .array(z.guid().refine((id) => id !== NO_PERSON, 'is the id of events without a person'))
      .max(MAX_IDS)
      .default([]),
  })
  .refine(({ distinct_ids, person_ids }) => distinct_ids.length + person_ids.length > 0, {
    message: 'must name an id at least',
    path: ['distinct_ids'],
  });

const erasureSchema = z
  .object({
    id: z.uuid(),
    status: z
      .enum(['running', 'completed', 'incomplete', 'cancelled'])
      .describe('`incomplete`: something of the person was still being written; ask again.'),
    requested_by: z.string(),
    events_until: timestamp.nullable().describe('Events that came later are not erased. Null: not begun yet.'),
    erased: z.array(z.object({ place: z.enum(ERASURE_PLACES), rows: z.int() })),
    not_erased: z.array(z.string()).describe('What Sluice cannot reach.'),
    created_at: timestamp,
    finished_at: timestamp.nullable(),
  })
  .meta({ id: 'Erasure' });

const owners = requireScope('admin');
const tags = ['erasures'];

/** Erasing what is stored of one person. Who it was is in no answer. */
export function erasureRoutes(scope: ApiScope, deps: ApiDeps): void {
  scope.post(
    '/erasures',
    {
      ...owners,
      schema: {
        ...{ tags, summary: 'Erase a person' },
        description: 'Events, bodies of attempts, records set aside, log lines and messages. It cannot be taken back.',
        body: newErasure,
        response: { 202: erasureSchema, ...problems },
      },
    },
    async ({ teamId, body, actor }, reply) => {
      const subject = { distinctIds: body.distinct_ids, personIds: body.person_ids.map((id) => id.toLowerCase()) };
      const record = await createErasure(deps.db, deps.box, { teamId, subject, requestedBy: actor?.name ?? '' });
      try {
        await steering(deps.controlPlane.startErasure(record.id));
      } catch (error) {
        await dropErasure(deps.db, record.id);
        throw error;
      }
      return reply.code(202).send(erasureView(record));
    },
  );

  scope.get(
    '/erasures',
    {
      ...owners,
      schema: {
        ...{ tags, summary: 'List erasures', querystring: z.object(pageQuery) },
        response: { 200: pageOf(erasureSchema), ...problems },
      },
    },
    async ({ teamId, query }) => {
      const before = datedCursor(query.cursor);
      const rows = await listErasures(deps.db, { teamId, limit: query.limit + 1, ...(before ? { before } : {}) });
      return cutPage(rows, query.limit, {
        item: erasureView,
        position: (row) => [row.createdAt.toISOString(), row.id],
      });
    },
  );

  scope.get(
    '/erasures/:id',
    {
      ...owners,
      schema: { tags, summary: 'Read an erasure', params: idParams, response: { 200: erasureSchema, ...problems } },
    },
    async ({ teamId, params }) => erasureView(await getErasure(deps.db, { teamId, id: params.id })),
  );
}

function erasureView(row: ErasureRecord): z.output<typeof erasureSchema> {
  const erased = ERASURE_PLACES.flatMap((place) => {
    const rows = row.erased[place];
    return rows === undefined ? [] : [{ place, rows }];
  });
  return {
    ...{ id: row.id, status: row.status, requested_by: row.requestedBy, erased, not_erased: NOT_ERASED },
    events_until: row.untilMicros === null ? null : new Date(row.untilMicros / 1_000).toISOString(),
    created_at: row.createdAt.toISOString(),
    finished_at: row.finishedAt?.toISOString() ?? null,
  };
}
