import { z } from 'zod';
import type { EventPosition, LoggedEvent } from '../../core/activity.ts';
import { SluiceError } from '../../core/errors.ts';
import { dateOfMicros } from '../../core/time.ts';
import { webhookStandings } from '../../store/webhook-standings.ts';
import { runsOfMoment } from '../../store/run-stats.ts';
import { RUN_STATUSES } from '../../store/tables.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { cutPage, decodePosition, encodePosition, pageOf, pageQuery } from '../pagination.ts';
import { problems, timestamp } from '../schemas.ts';

const MS_PER_DAY = 86_400_000;
/** Of a team; its newest ones. */
const MAX_WEBHOOKS = 1_000;

const eventFields = {
  uuid: z.uuid(),
  event: z.string(),
  distinct_id: z.string(),
  timestamp: z.string().describe("The event's own time, with microseconds."),
  inserted_at: timestamp,
};
const eventSchema = z.object({ ...eventFields, library: z.string().describe('Property $lib.') });
const listSchema = pageOf(eventSchema).extend({
  tail_cursor: z.string().nullable().describe('As `after`, it asks for what came later; null while there is nothing.'),
});

const detailSchema = z.object({
  ...eventFields,
  person_id: z.uuid(),
  properties: z.string().describe('JSON text, exactly as it was captured.'),
  person_properties: z.string().describe('JSON text.'),
  exports: z
    .array(
      z.object({
        export_id: z.uuid(),
        name: z.string(),
        run_id: z.uuid(),
        status: z.enum(RUN_STATUSES),
        interval_start: timestamp,
        interval_end: timestamp,
      }),
    )
    .describe('The last run of each export for the interval that holds the event; its filter decides if it is in it.'),
  webhooks: z
    .array(
      z.object({
        webhook_id: z.uuid(),
        name: z.string(),
        attempts: z.number().int(),
        outcome: z.string().describe('Of the last attempt.'),
        attempted_at: timestamp,
      }),
    )
    .describe('Webhooks that tried. /webhooks/{id}/events/{uuid} tells the whole story of one.'),
});

/** What is captured, as it comes, and where it went. */
export function eventRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['events'] };

  scope.get(
    '/events',
    {
      schema: {
        ...schema,
        summary: 'List captured events',
        description:
          'Newest first, by time of ingestion, of the last 24 hours unless `since` is told. To follow them, ask again with the `tail_cursor`; a slow insert can show up late, and then is not in what follows.',
        querystring: z.object({
          ...pageQuery,
          after: z.string().max(500).optional().describe('A tail_cursor.'),
          since: z.iso.datetime({ offset: true }).optional(),
          event: z.string().min(1).max(200).optional().describe('Name of the event.'),
          search: z
            .string()
            .min(1)
            .max(200)
            .optional()
            .describe('A uuid, or text in the distinct id, the name or the properties, in any case.'),
        }),
        response: { 200: listSchema, ...problems },
      },
    },
    async ({ teamId, query }) => {
      const { limit, cursor, after, since, event, search } = query;
      const rows = await deps.events.listEvents({
        ...{ teamId, limit: limit + 1 },
        since: since === undefined ? new Date((deps.now?.() ?? new Date()).getTime() - MS_PER_DAY) : new Date(since),
        ...(cursor === undefined ? {} : { before: positionOf(cursor) }),
        ...(after === undefined ? {} : { after: positionOf(after) }),
        ...(event === undefined ? {} : { event }),
        ...(search === undefined ? {} : { search }),
      });
      const [newest] = rows;
      return {
        ...cutPage(rows, limit, { item: eventView, position: positionIn }),
        tail_cursor: newest ? encodePosition(positionIn(newest)) : (after ?? null),
      };
    },
  );

  scope.get(
    '/events/:uuid',
    {
      schema: {
        ...schema,
        summary: 'Read an event, and where it went',
        params: z.object({ uuid: z.uuid() }),
        response: { 200: detailSchema, ...problems },
      },
    },
    async ({ teamId, params }) => detail(deps, teamId, params.uuid.toLowerCase()),
  );
}

const positionSchema = z.tuple([z.int(), z.uuid()]);

function positionOf(cursor: string): EventPosition {
  const [insertedAtMicros, uuid] = decodePosition(cursor, positionSchema);
  return { insertedAtMicros, uuid };
}

function positionIn({ insertedAtMicros, uuid }: EventPosition): [number, string] {
  return [insertedAtMicros, uuid];
}

function eventView(event: LoggedEvent): z.output<typeof eventSchema> {
  const { uuid, library, timestamp: at } = event;
  return {
    ...{ uuid, library, event: event.event, distinct_id: event.distinctId, timestamp: at },
    inserted_at: dateOfMicros(event.insertedAtMicros).toISOString(),
  };
}

async function detail(deps: ApiDeps, teamId: number, uuid: string): Promise<z.output<typeof detailSchema>> {
  const event = await deps.events.findEvent({ teamId, uuid });
  if (!event) {
    throw eventNotFound(uuid);
  }
  const [runs, webhooks] = await Promise.all([
    runsOfMoment(deps.db, { teamId, at: event.insertedAt }),
    webhookStandings(deps.db, { teamId, limit: MAX_WEBHOOKS }),
  ]);
  const destinationIds = webhooks.map(({ id }) => id);
  const attempts = await deps.events.attemptsOfEvent({ teamId, eventUuid: uuid, destinationIds });
  const names = new Map(webhooks.map(({ id, name }) => [id, name]));
  return {
    ...{ uuid, event: event.event, distinct_id: event.distinctId, timestamp: event.timestamp },
    inserted_at: event.insertedAt.toISOString(),
    ...{ person_id: event.personId, properties: event.propertiesJson, person_properties: event.personPropertiesJson },
    exports: runs.map((run) => ({
      ...{ export_id: run.exportId, name: run.exportName, run_id: run.runId, status: run.status },
      interval_start: run.intervalStart.toISOString(),
      interval_end: run.intervalEnd.toISOString(),
    })),
    webhooks: attempts.map((row) => ({
      ...{ webhook_id: row.destinationId, name: names.get(row.destinationId) ?? '' },
      ...{ attempts: row.attempts, outcome: row.outcome },
      attempted_at: new Date(row.attemptedMs).toISOString(),
    })),
  };
}

function eventNotFound(uuid: string): SluiceError {
  return new SluiceError({
    code: 'event_not_found',
    message: `there is no event ${uuid} in the log`,
    retryable: false,
    fault: 'customer',
    remedy: 'Use the uuid of an event that was captured in the last 30 days.',
  });
}
