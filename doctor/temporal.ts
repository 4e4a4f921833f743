import {
  inspectNamespace,
  inspectQueues,
  inspectSchedules,
  type QueueState,
  type ScheduleStates,
} from '../client/inspect.ts';
import type { TemporalClient } from '../client/temporal.ts';
import { TASK_QUEUES, type QueueName } from '../core/ids.ts';
import { temporalClockFinding } from './clocks.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

export interface TemporalParts {
  temporal: TemporalClient;
  namespace: string;
  retentionDays: number;
  visibilityBoundMs: number;
}

/** What stands still while nobody serves a queue. */
const WORK: Readonly<Record<QueueName, string>> = {
  workflows: 'nothing is decided',
  exports: 'no export runs',
  backfills: 'no backfill runs',
  deliveries: 'no webhook is called',
  retries: 'no failed delivery is retried',
};
const MAX_NAMES = 5;

export async function checkNamespace({ temporal, namespace, retentionDays }: TemporalParts): Promise<Finding[]> {
  const state = await inspectNamespace(temporal, namespace);
  const missing = state.searchAttributesMissing;
  const kept = `closed workflows stay readable for ${String(state.retentionDays)} days`;
  return [
    ok('temporal.namespace', `Temporal ${state.serverVersion} answers, and has the namespace ${namespace}`),
    state.retentionDays < retentionDays
      ? warn('temporal.retention', kept, `Run sluice setup: TEMPORAL_RETENTION_DAYS is ${String(retentionDays)}.`)
      : ok('temporal.retention', kept),
    missing.length > 0
      ? fail('temporal.search-attributes', `missing: ${missing.join(', ')}`, 'Run sluice setup.')
      : ok('temporal.search-attributes', 'all are there'),
  ];
}

export async function checkQueues({ temporal, namespace, visibilityBoundMs }: TemporalParts): Promise<Finding[]> {
  const queues = await inspectQueues(temporal, namespace);
  const lastAskedMs = Math.max(...queues.map((queue) => queue.lastAskedMs));
  return [...queues.map(queueFinding), ...temporalClockFinding(lastAskedMs, Date.now(), visibilityBoundMs)];
}

export function queueFinding({ queue, pollers }: QueueState): Finding {
  const check = `queue.${queue}`;
  return pollers === 0
    ? fail(
        check,
        `no worker asks for tasks of ${TASK_QUEUES[queue]}: ${WORK[queue]}`,
        `Start sluice worker --queues ${queue}.`,
      )
    : ok(check, `${String(pollers)} ${pollers === 1 ? 'poller asks' : 'pollers ask'} for tasks`);
}

export async function checkMaintenance({ temporal }: TemporalParts): Promise<Finding[]> {
  const { maintenanceMissing: missing, maintenancePaused: paused } = await inspectSchedules(temporal);
  const check = 'schedules.maintenance';
  if (missing.length > 0) {
    return [fail(check, `missing: ${missing.join(', ')}`, 'Run sluice setup.')];
  }
  return [
    paused.length > 0
      ? warn(check, `paused: ${paused.join(', ')}`, 'Resume them in the Temporal UI: they repair what was lost.')
      : ok(check, 'all are there'),
  ];
}

interface ScheduledExport {
  id: string;
  name: string;
  paused: boolean;
}

/** Whether Temporal runs what the store says. */
export async function checkExportSchedules(
  { temporal }: TemporalParts,
  readExports: () => Promise<ScheduledExport[]>,
): Promise<Finding[]> {
  // Read before and after: an export that is made or deleted meanwhile is no finding.
  const before = await readExports();
  const { exports: schedules } = await inspectSchedules(temporal);
  const after = await readExports();
  const known = new Set([...before, ...after].map(({ id }) => id));
  const stable = before.filter((one) => after.some(({ id, paused }) => id === one.id && paused === one.paused));
  return scheduleFindings(stable, { exports: schedules, known });
}

export function scheduleFindings(
  exports: readonly ScheduledExport[],
  { exports: schedules, known }: Pick<ScheduleStates, 'exports'> & { known: ReadonlySet<string> },
): Finding[] {
  const check = 'schedules.exports';
  const missing = exports.filter(({ id }) => !schedules.has(id));
  const differing = exports.filter(({ id, paused }) => schedules.has(id) && schedules.get(id) !== paused);
  const surplus = [...schedules.keys()].filter((id) => !known.has(id));
  const findings = [
    ...(missing.length === 0
      ? []
      : [
          fail(
            check,
            `without a Schedule: ${named(missing)}`,
            'maintenance/fill-gaps makes it anew within minutes; for a paused one, sluice exports pause <id> does.',
          ),
        ]),
    ...(differing.length === 0
      ? []
      : [
          warn(
            check,
            `paused in Temporal and not here, or the other way round: ${named(differing)}`,
            'Use sluice exports pause|resume <id>; a Schedule that was paused in the Temporal UI shows no reason here.',
          ),
        ]),
    ...(surplus.length === 0
      ? []
      : [
          warn(
            check,
            `Schedules without an export: ${surplus.slice(0, MAX_NAMES).join(', ')} (${String(surplus.length)})`,
            'Delete them in the Temporal UI, unless another installation uses this namespace.',
          ),
        ]),
  ];
  return findings.length > 0 ? findings : [ok(check, `${String(exports.length)} exports, each with its Schedule`)];
}

function named(exports: readonly ScheduledExport[]): string {
  const some = exports.slice(0, MAX_NAMES).map(({ id, name }) => `${JSON.stringify(name)} (${id})`);
  return exports.length > MAX_NAMES
    ? `${some.join(', ')} and ${String(exports.length - MAX_NAMES)} more`
    : some.join(', ');
}
