import { randomUUID } from 'node:crypto';
import type { ExportScope } from '../clickhouse/models/model.ts';
import { sampleRows } from '../clickhouse/sample.ts';
import type { SourceEncoding } from '../core/encoding.ts';
import { SluiceError, toSluiceError } from '../core/errors.ts';
import type { DryRunReport, Preview, PreviewProblem, RowSample } from '../core/preview.ts';
import { MICROS_PER_MS, type MicrosRange } from '../core/time.ts';
import type { Destination, SessionContext } from '../destinations/contract.ts';
import { previewFile } from '../destinations/file-encoding.ts';
import type { DryRunSettings } from '../store/exports.ts';
import type { ActivityDeps } from './deps.ts';
import { loadModel } from './export-model.ts';
import { loadDestination, sessionContext } from './run-context.ts';

type Deps = Pick<ActivityDeps, 'db' | 'box' | 'clickhouse' | 'findDestination'>;

export interface DryRunRequest {
  teamId: number;
  /** Absent: the export is not stored. */
  exportId?: string;
  settings: DryRunSettings;
  /** The interval to count, and to look for rows in. */
  range: MicrosRange;
  sampleRows: number;
}

const DESTINATION_TIMEOUT_MS = 30_000;
const QUERIES_TIMEOUT_MS = 60_000;
/** How far back rows to show are looked for when the interval has none. */
const LOOK_BACK_MICROS = 24 * 3_600_000 * MICROS_PER_MS;

/**
 * What a run of the export would do; not an activity, since its rows must not be in a history. Writes nothing, neither
 * at the destination nor here, but the key of a team that has never hashed. What keeps the destination from being looked
 * at is a problem of the report; what is wrong with the export itself is thrown.
 */
export async function dryRun(deps: Deps, request: DryRunRequest): Promise<DryRunReport> {
  const { teamId, settings, range } = request;
  const { destination, config } = await loadDestination(deps, { run: { teamId }, settings });
  const model = await loadModel(deps, { teamId, settings, range });
  const scope: ExportScope = { teamId, filter: settings.filter, range, model };
  const { preview, problems } = await previewOf(destination, config, contextOf(request, scope));
  const { columns = [], table = null, encoding } = preview ?? {};
  const counted = await inTime('ClickHouse', AbortSignal.timeout(QUERIES_TIMEOUT_MS), async (signal) => ({
    estimate: await estimate(deps, scope, signal),
    sample: encoding ? await sample(deps, request, { scope, encoding }, signal) : null,
  }));
  return { destinationKind: destination.kind, range, columns, table, problems, ...counted };
}

/** As a first run of the interval would have it. */
function contextOf({ exportId = randomUUID(), settings }: DryRunRequest, scope: ExportScope): SessionContext {
  const run = { exportId, runId: randomUUID(), generation: 0 };
  const signal = AbortSignal.timeout(DESTINATION_TIMEOUT_MS);
  return sessionContext({ run, settings, scope, maxFileBytes: undefined, supplement: undefined }, signal);
}

async function estimate(
  { clickhouse }: Deps,
  scope: ExportScope,
  signal: AbortSignal,
): Promise<DryRunReport['estimate']> {
  const options = { targetRows: Number.MAX_SAFE_INTEGER, maxChunks: 1 };
  const { rows, bytes } = await scope.model.relation.plan(clickhouse, scope, options, signal);
  return { rows, bytes };
}

async function inTime<T>(who: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  try {
    return await work(signal);
  } catch (error) {
    if (!signal.aborted) {
      throw error;
    }
    throw new SluiceError({
      code: 'dry_run_timeout',
      message: `${who} did not answer in time`,
      retryable: true,
      fault: 'platform',
      remedy: 'Try again; check the destination if it stays.',
      cause: error,
    });
  }
}

async function previewOf(
  destination: Destination<unknown>,
  config: unknown,
  context: SessionContext,
): Promise<{ preview?: Preview; problems: PreviewProblem[] }> {
  try {
    const preview = await inTime(destination.title, context.signal, async () =>
      destination.preview === undefined
        ? previewFile(context.format, context.columns)
        : destination.preview(config, context),
    );
    return { preview, problems: preview.problems };
  } catch (error) {
    const { code, message, remedy } = toSluiceError(error, { code: 'unexpected_error', fault: 'platform' });
    return { problems: [{ code, message, ...(remedy !== undefined && { remedy }) }] };
  }
}

/** First rows of the interval, or of a longer range before its end when it has none. */
async function sample(
  deps: Deps,
  { teamId, settings, sampleRows: rows }: DryRunRequest,
  { scope, encoding }: { scope: ExportScope; encoding: SourceEncoding },
  signal: AbortSignal,
): Promise<RowSample> {
  const found = await sampleRows(deps.clickhouse, scope, { encoding, rows }, signal);
  if (found.examined > 0) {
    return found;
  }
  const { endMicros } = scope.range;
  const range = { startMicros: Math.min(scope.range.startMicros, endMicros - LOOK_BACK_MICROS), endMicros };
  const model = await loadModel(deps, { teamId, settings, range });
  return sampleRows(deps.clickhouse, { ...scope, range, model }, { encoding, rows }, signal);
}
