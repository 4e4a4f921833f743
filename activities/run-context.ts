import { SluiceError } from '../core/errors.ts';
import { microsOf } from '../core/time.ts';
import type { ExportScope } from '../clickhouse/models/model.ts';
import type { Destination, DestinationSession, SessionContext, SupplementContext } from '../destinations/contract.ts';
import { parseDestinationConfig } from '../destinations/registry.ts';
import { getPlan } from '../store/chunks.ts';
import { getRunDestination, openDestinationConfig } from '../store/destinations.ts';
import { getExportVersion, type ExportVersion } from '../store/exports.ts';
import { getLedger } from '../store/ledger.ts';
import { addRunTiming, getRun } from '../store/runs.ts';
import type { ActivityDeps } from './deps.ts';
import { loadModel } from './export-model.ts';
import type { RunRef } from './types.ts';

const BYTES_PER_MB = 1_000_000;

/** A run with the settings it is pinned to. */
export interface RunContext {
  run: RunRef;
  settings: ExportVersion;
  scope: ExportScope;
  maxFileBytes: number | undefined;
  supplement: SupplementContext | undefined;
}

export async function loadRunContext(deps: ActivityDeps, run: RunRef): Promise<RunContext> {
  const record = await getRun(deps.db, { id: run.runId, teamId: run.teamId });
  const settings = record && (await getExportVersion(deps.db, run.exportId, record.configVersion));
  if (settings === undefined) {
    throw new SluiceError({
      code: 'run_not_found',
      message: `run ${run.runId} or its pinned settings are gone`,
      retryable: false,
      fault: 'platform',
    });
  }
  const range = {
    startMicros: microsOf(new Date(run.intervalStart)),
    endMicros: microsOf(new Date(run.intervalEnd)),
  };
  const model = await loadModel(deps, { teamId: run.teamId, settings, range });
  await sayDestination(deps, run, settings);
  return {
    run,
    settings,
    scope: { teamId: run.teamId, filter: settings.filter, range, plan: `${run.runId}/${run.generation}`, model },
    maxFileBytes: settings.maxFileMb === null ? undefined : settings.maxFileMb * BYTES_PER_MB,
    supplement: await supplementOf(deps, run),
  };
}

/** Asked for only where somebody looks at traces. */
async function sayDestination({ db, tracing }: ActivityDeps, run: RunRef, settings: ExportVersion): Promise<void> {
  if (tracing.on) {
    const { destinationId: id } = settings;
    const record = await getRunDestination(db, { teamId: run.teamId, id });
    tracing.annotate({ 'sluice.destination.id': id, 'sluice.destination.kind': record?.kind });
  }
}

/** Undefined until the generation is planned, and when the plan is of the whole interval. */
async function supplementOf(deps: ActivityDeps, run: RunRef): Promise<SupplementContext | undefined> {
  const supplement = (await getPlan(deps.db, run))?.supplement;
  if (supplement === undefined) {
    return undefined;
  }
  const ledger = await getLedger(deps.db, { exportId: run.exportId, intervalEnd: new Date(run.intervalEnd) });
  const { baseGeneration, rowsLost } = supplement;
  return { of: baseGeneration, lost: rowsLost, rows: ledger?.rows ?? 0, bytes: ledger?.bytes ?? 0 };
}

/** Opens the destination for one activity attempt and closes it whatever happens. */
export async function withSession<T>(
  deps: ActivityDeps,
  context: RunContext,
  signal: AbortSignal,
  use: (session: DestinationSession) => Promise<T>,
): Promise<T> {
  const { destination, config } = await loadDestination(deps, context);
  const session = await destination.open(config, sessionContext(context, signal));
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

/** The destination of a run with its settings. Throws destination_not_found. */
export async function loadDestination(
  deps: Pick<ActivityDeps, 'db' | 'box' | 'findDestination'>,
  { run, settings }: { run: Pick<RunRef, 'teamId'>; settings: Pick<ExportVersion, 'destinationId'> },
): Promise<{ destination: Destination<unknown>; config: unknown }> {
  const record = await getRunDestination(deps.db, { teamId: run.teamId, id: settings.destinationId });
  if (record === undefined) {
    throw new SluiceError({
      code: 'destination_not_found',
      message: `the export's destination ${settings.destinationId} is gone`,
      retryable: false,
      fault: 'customer',
      remedy: 'Create a destination and an export that uses it.',
    });
  }
  const destination = deps.findDestination(record.kind);
  const config = parseDestinationConfig(destination, await openDestinationConfig(deps.db, deps.box, record.id));
  return { destination, config };
}

type SessionSettings = Pick<RunContext, 'scope' | 'maxFileBytes' | 'supplement'> & {
  run: Pick<RunRef, 'exportId' | 'runId' | 'generation'>;
  settings: Pick<ExportVersion, 'mode' | 'format'>;
};

export function sessionContext(context: SessionSettings, signal: AbortSignal): SessionContext {
  const { run, settings, scope, maxFileBytes, supplement } = context;
  return {
    exportId: run.exportId,
    runId: run.runId,
    generation: run.generation,
    interval: scope.range,
    model: scope.model.name,
    columns: scope.model.columns.map(({ name, type, nullable }) => ({ name, type, nullable })),
    filter: { ...scope.filter },
    key: scope.model.key,
    mode: settings.mode,
    versionColumn: scope.model.versionColumn,
    ...arrivalOf(scope),
    format: settings.format,
    maxFileBytes,
    ...(supplement && { supplement }),
    signal,
  };
}

/** The version of an event is its time of ingestion, wherever the chosen columns have it as it is. */
function arrivalOf({ model: { relation, versionColumn } }: ExportScope): { arrivalColumn?: string } {
  return relation.log === undefined || versionColumn === undefined ? {} : { arrivalColumn: versionColumn };
}

/** Adds the step's duration to the run's timings, whether it succeeds or fails. */
export async function timed<T>(deps: ActivityDeps, run: RunRef, step: string, work: () => Promise<T>): Promise<T> {
  const startedAtMs = performance.now();
  const note = (): Promise<void> => addRunTiming(deps.db, run.runId, { step, ms: performance.now() - startedAtMs });
  try {
    const result = await work();
    await note();
    return result;
  } catch (error) {
    // What failed took its time too; but the step's own error is the one to be heard.
    await note().catch(() => undefined);
    throw error;
  }
}
