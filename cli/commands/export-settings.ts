import { Option, type Command } from 'commander';
import type { CommandContext } from '../register.ts';
import { facts, FINDING_RUNNING, FROM, listed, requestCommands, TO, type RequestCommand } from '../requests.ts';

const PREVIEW: RequestCommand = {
  ...{ usage: 'preview-schedule <interval>', description: 'when an export with this schedule would run' },
  ...{ method: 'POST', path: '/schedule-preview' },
  options: [
    new Option('--time-zone <name>', 'IANA, such as Europe/Berlin'),
    new Option('--hour <n>', 'local hour at which a day or a week ends'),
    new Option('--weekday <n>', 'day on which a week ends; 0 is Sunday'),
  ],
  body: ({ timeZone, hour, weekday }, [interval]) => ({
    interval,
    ...(timeZone === undefined ? {} : { time_zone: timeZone }),
    ...(hour === undefined ? {} : { hour_offset: Number(hour) }),
    ...(weekday === undefined ? {} : { weekday_offset: Number(weekday) }),
  }),
  text: listed(['interval_start', 'interval_end', 'local_start', 'local_end']),
};

const FORCE = new Option('--force', 'also when the interval has been exported');
const REPLACE_KEPT = new Option(
  '--replace-kept',
  'also files of before a restore that have more rows than the source has',
);

/** `sluice exports list | show | run | pause | resume | …` */
export function exportSettings(exports: Command, context: CommandContext): void {
  requestCommands(exports, context, [
    {
      ...{ usage: 'list', description: 'the exports of your team', path: '/exports' },
      ...FINDING_RUNNING,
      text: listed(['id', 'name', 'model', 'interval', 'paused', 'paused_by']),
    },
    {
      usage: 'show <export-id>',
      description: 'its settings, and how complete it is',
      path: '/exports/{}',
      text: facts,
    },
    {
      ...{ usage: 'run <export-id>', description: 'export an interval now', method: 'POST', path: '/exports/{}/run' },
      options: [
        new Option('--interval-end <time>', 'RFC 3339; default: the last one that has ended'),
        FORCE,
        REPLACE_KEPT,
      ],
      body: ({ intervalEnd, force = false, replaceKept = false }) => ({
        ...(intervalEnd ? { interval_end: intervalEnd } : {}),
        ...{ force, replace_kept: replaceKept },
      }),
      text: ({ workflow_id, interval_end }) =>
        `the interval until ${String(interval_end)} runs as ${String(workflow_id)}`,
    },
    {
      ...{ usage: 'pause <export-id>', description: 'starts no run until it is resumed' },
      ...{ method: 'POST', path: '/exports/{}/pause', text: pausedText },
    },
    {
      ...{ usage: 'resume <export-id>', description: 'lets it run again; makes its Schedule anew' },
      ...{ method: 'POST', path: '/exports/{}/resume', text: pausedText },
      options: [new Option('--skip-gap', 'give up the intervals that ended during the pause')],
      body: ({ skipGap }) => ({ fill_gap: skipGap !== true }),
    },
    {
      ...{ usage: 'stats <export-id>', description: 'rows and durations of its runs', path: '/exports/{}/stats' },
      ...{ options: [FROM, TO], query: ['from', 'to'] },
      text: listed(['interval_end', 'status', 'rows', 'bytes', 'duration_seconds'], 'points'),
    },
    {
      ...{ usage: 'versions <export-id>', description: 'what was changed, by whom', path: '/exports/{}/versions' },
      ...{ paged: true, text: listed(['version', 'created_at', 'by', 'changes']) },
    },
    {
      ...{ usage: 'rejected <export-id>', description: 'records that its destination cannot hold' },
      ...{ path: '/exports/{}/rejected-records', paged: true },
      text: listed(['interval_end', 'uuid', 'event', 'reason']),
    },
    {
      ...{ usage: 'retry-rejected <export-id>', description: 'export their intervals again, after a fix' },
      ...{ method: 'POST', path: '/exports/{}/rejected-records/replay' },
      text: listed(['interval_end', 'records', 'workflow_id'], 'runs'),
    },
    {
      ...{ usage: 'reconciliation <export-id> <reconciliation-id>', description: 'what one reconciliation found' },
      ...{ path: '/exports/{}/reconciliations/{}', text: facts },
    },
    PREVIEW,
  ]);
}

function pausedText({ name, paused }: Record<string, unknown>): string {
  return `${JSON.stringify(name)} is ${paused === true ? 'paused' : 'active'}`;
}
