import { SluiceError } from '../core/errors.ts';
import { microsOf } from '../core/time.ts';
import type { ExportScope } from '../clickhouse/models/model.ts';
import type { Destination, DestinationSession, SessionContext } from '../destinations/contract.ts';
import { parseDestinationConfig } from '../destinations/registry.ts';
import { getRunDestination, openDestinationConfig } from '../store/destinations.ts';
import { getExportVersion, type ExportVersion } from '../store/exports.ts';
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
  return {
    run,
    settings,
    scope: { teamId: run.teamId, filter: settings.filter, range, model },
    maxFileBytes: settings.maxFileMb === null ? undefined : settings.maxFileMb * BYTES_PER_MB,
  };
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

async function loadDestination(
  deps: ActivityDeps,
  { run, settings }: RunContext,
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

function sessionContext({ run, settings, scope, maxFileBytes }: RunContext, signal: AbortSignal): SessionContext {
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
    format: settings.format,
    maxFileBytes,
    signal,
  };
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
