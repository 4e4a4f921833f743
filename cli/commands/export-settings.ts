import { Option, type Command } from 'commander';
import { answer, type BodyOf, type QueryOf } from '../api.ts';
import { defined } from '../defined.ts';
import { pageOptions, readPage, type PageOptions } from '../pages.ts';
import type { CommandContext } from '../register.ts';
import { facts, FINDING_RUNNING, FROM, listed, requestsOf, TO, type AddRequest, type Range } from '../requests.ts';

type Finding = PageOptions & Pick<QueryOf<'getExports'>, 'q' | 'kind' | 'health' | 'status'>;

interface ScheduleOptions {
  timeZone?: string;
  hour?: string;
  weekday?: string;
}

interface RunOptions {
  intervalEnd?: string;
  force?: boolean;
  replaceKept?: boolean;
}

const FORCE = new Option('--force', 'also when the interval has been exported');
const REPLACE_KEPT = new Option(
  '--replace-kept',
  'also files of before a restore that have more rows than the source has',
);

/** `sluice exports list | show | run | pause | resume | …` */
export function exportSettings(exports: Command, context: CommandContext): void {
  const add = requestsOf(exports, context);
  add({
    usage: 'list',
    description: 'the exports of your team',
    options: FINDING_RUNNING,
    ask: (api, _given, { q, kind, health, status, ...options }: Finding) =>
      readPage(options, (page) => {
        const query = { ...page, ...defined({ q, kind, health, status }) };
        return answer(api.GET('/api/v1/exports', { params: { query } }));
      }),
    text: ({ items }) => listed(items, ['id', 'name', 'model', 'interval', 'paused', 'paused_by']),
  });
  add({
    usage: 'show <export-id>',
    description: 'its settings, and how complete it is',
    ask: (api, [id]) => answer(api.GET('/api/v1/exports/{id}', { params: { path: { id } } })),
    text: facts,
  });
  runAndPause(add);
  history(add);
  rejected(add);
  add({
    usage: 'reconciliation <export-id> <reconciliation-id>',
    description: 'what one reconciliation found',
    ask: (api, [id, reconciliationId]) =>
      answer(
        api.GET('/api/v1/exports/{id}/reconciliations/{reconciliation_id}', {
          params: { path: { id, reconciliation_id: reconciliationId } },
        }),
      ),
    text: facts,
  });
  previewSchedule(add);
}

function runAndPause(add: AddRequest): void {
  add({
    usage: 'run <export-id>',
    description: 'export an interval now',
    options: [
      new Option('--interval-end <time>', 'RFC 3339; default: the last one that has ended'),
      FORCE,
      REPLACE_KEPT,
    ],
    ask: (api, [id], { intervalEnd, force = false, replaceKept = false }: RunOptions) =>
      answer(
        api.POST('/api/v1/exports/{id}/run', {
          params: { path: { id } },
          body: { ...defined({ interval_end: intervalEnd }), force, replace_kept: replaceKept },
        }),
      ),
    text: ({ workflow_id, interval_end }) => `the interval until ${interval_end} runs as ${workflow_id}`,
  });
  add({
    usage: 'pause <export-id>',
    description: 'starts no run until it is resumed',
    ask: (api, [id]) => answer(api.POST('/api/v1/exports/{id}/pause', { params: { path: { id } } })),
    text: pausedText,
  });
  add({
    usage: 'resume <export-id>',
    description: 'lets it run again; makes its Schedule anew',
    options: [new Option('--skip-gap', 'give up the intervals that ended during the pause')],
    ask: (api, [id], { skipGap }: { skipGap?: boolean }) =>
      answer(
        api.POST('/api/v1/exports/{id}/resume', { params: { path: { id } }, body: { fill_gap: skipGap !== true } }),
      ),
    text: pausedText,
  });
}

function history(add: AddRequest): void {
  add({
    usage: 'stats <export-id>',
    description: 'rows and durations of its runs',
    options: [FROM, TO],
    ask: (api, [id], { from, to }: Range) =>
      answer(api.GET('/api/v1/exports/{id}/stats', { params: { path: { id }, query: defined({ from, to }) } })),
    text: ({ points }) => listed(points, ['interval_end', 'status', 'rows', 'bytes', 'duration_seconds']),
  });
  add({
    usage: 'versions <export-id>',
    description: 'what was changed, by whom',
    options: pageOptions(),
    ask: (api, [id], options: PageOptions) =>
      readPage(options, (query) =>
        answer(api.GET('/api/v1/exports/{id}/versions', { params: { path: { id }, query } })),
      ),
    text: ({ items }) => listed(items, ['version', 'created_at', 'by', 'changes']),
  });
}

function rejected(add: AddRequest): void {
  add({
    usage: 'rejected <export-id>',
    description: 'records that its destination cannot hold',
    options: pageOptions(),
    ask: (api, [id], options: PageOptions) =>
      readPage(options, (query) =>
        answer(api.GET('/api/v1/exports/{id}/rejected-records', { params: { path: { id }, query } })),
      ),
    text: ({ items }) => listed(items, ['interval_end', 'uuid', 'event', 'reason']),
  });
  add({
    usage: 'retry-rejected <export-id>',
    description: 'export their intervals again, after a fix',
    ask: (api, [id]) => answer(api.POST('/api/v1/exports/{id}/rejected-records/replay', { params: { path: { id } } })),
    text: ({ runs }) => listed(runs, ['interval_end', 'records', 'workflow_id']),
  });
}

function previewSchedule(add: AddRequest): void {
  add({
    usage: 'preview-schedule <interval>',
    description: 'when an export with this schedule would run',
    options: [
      new Option('--time-zone <name>', 'IANA, such as Europe/Berlin'),
      new Option('--hour <n>', 'local hour at which a day or a week ends'),
      new Option('--weekday <n>', 'day on which a week ends; 0 is Sunday'),
    ],
    ask: (api, [interval], { timeZone, hour, weekday }: ScheduleOptions) =>
      answer(
        api.POST('/api/v1/schedule-preview', {
          body: {
            interval: interval as BodyOf<'postSchedulePreview'>['interval'],
            ...defined({
              time_zone: timeZone,
              hour_offset: hour === undefined ? undefined : Number(hour),
              weekday_offset: weekday === undefined ? undefined : Number(weekday),
            }),
          },
        }),
      ),
    text: ({ items }) => listed(items, ['interval_start', 'interval_end', 'local_start', 'local_end']),
  });
}

function pausedText({ name, paused }: { name: string; paused: boolean }): string {
  return `${JSON.stringify(name)} is ${paused ? 'paused' : 'active'}`;
}
