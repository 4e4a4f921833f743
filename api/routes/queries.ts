import { z } from 'zod';
import type { SluiceError } from '../../core/errors.ts';
import { microsOf, type MicrosRange } from '../../core/time.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { fieldError, forField } from '../problem.ts';
import { columnSchema, columnView, lastHour, querySchema } from '../query-model.ts';
import { problems, timestamp } from '../schemas.ts';
import { takingTurns } from '../taking-turns.ts';

const SAMPLE_ROWS = 10;
/** A check may work for many seconds: nobody takes the engine from the others by asking often. */
const OPEN_CHECKS = 4;

const newCheck = z.strictObject({
  query: querySchema,
  interval_start: timestamp.optional().describe('Default: the beginning of the last whole hour.'),
  interval_end: timestamp.optional().describe('Default: the end of the last whole hour.'),
});

const checkSchema = z
  .object({
    columns: z.array(columnSchema),
    sample: z.array(z.record(z.string(), z.unknown())).describe('The first rows; 64-bit integers are text.'),
    rows: z.int().nullable().describe('Rows over the interval; null: too much to be counted in some seconds.'),
    rows_read: z.int().describe('Stored rows that the engine read for the sample.'),
    bytes_read: z.int(),
  })
  .meta({ id: 'QueryCheck' });

/** Queries of the model `sql`, before an export uses them. */
export function queryRoutes(scope: ApiScope, deps: ApiDeps): void {
  const alone = takingTurns(OPEN_CHECKS, { code: 'query_check_busy', message: 'another query is being checked' });

  scope.post(
    '/queries/check',
    {
      schema: {
        tags: ['exports'],
        summary: 'Try a query',
        description: 'Its columns and first rows over one interval. A refusal says where, why and what to do.',
        body: newCheck,
        response: { 200: checkSchema, ...problems },
      },
    },
    async ({ teamId, body }) => {
      const range = rangeOf(body, lastHour(deps));
      return alone(teamId, async () => {
        const query = { teamId, text: body.query, range, sampleRows: SAMPLE_ROWS };
        const { columns, rowsRead, bytesRead, ...found } = await forField('query', () => deps.queries.check(query));
        return { columns: columns.map(columnView), ...found, rows_read: rowsRead, bytes_read: bytesRead };
      });
    },
  );
}

function rangeOf(body: z.output<typeof newCheck>, fallback: MicrosRange): MicrosRange {
  const { interval_start: start, interval_end: end } = body;
  if ((start === undefined) !== (end === undefined)) {
    throw unfit('only one end of the interval is given');
  }
  if (start === undefined || end === undefined) {
    return fallback;
  }
  const range = { startMicros: microsOf(new Date(start)), endMicros: microsOf(new Date(end)) };
  if (range.startMicros >= range.endMicros) {
    throw unfit('the interval ends before it begins');
  }
  return range;
}

function unfit(message: string): SluiceError {
  const remedy = 'Send interval_start and a later interval_end, or neither.';
  return fieldError('interval_end', { code: 'validation_failed', message: `interval_end: ${message}`, remedy });
}
