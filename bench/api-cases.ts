import type { ApiDeps } from '../api/deps.ts';
import { eventReads } from '../clickhouse/event-reads.ts';
import { listExports } from '../store/export-list.ts';
import { exportStandings, recentRuns } from '../store/export-standings.ts';
import { exportedByDay, runPoints } from '../store/run-stats.ts';
import { listWebhooks } from '../store/webhook-list.ts';
import { webhookStandings } from '../store/webhook-standings.ts';
import type { ApiData } from './api-data.ts';
import type { Bench } from './bench-system.ts';

export interface ApiCase {
  name: string;
  /** Below /api/v1. */
  path: string;
  /** The same questions to the databases, without a server in front of them; rejects when they are unanswered. */
  bare: () => Promise<unknown>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const PAGE = 50;
const MAX_SHOWN = 1_000;

/** What the console's lists and charts ask for. */
export function apiCases({ db, clickhouse }: Bench, data: ApiData): ApiCase[] {
  const { teamId, busyWebhook } = data;
  const events: Pick<ApiDeps['events'], keyof ReturnType<typeof eventReads>> = eventReads(clickhouse);
  const now = new Date();
  const day = { teamId, from: new Date(now.getTime() - DAY_MS), to: now };
  const month = { ...day, from: new Date(now.getTime() - 30 * DAY_MS) };
  const webhookSummaries = async (ids: string[]): Promise<unknown> =>
    Promise.all([
      webhookStandings(db, { teamId, limit: PAGE, ids }),
      events.deliveryTotals({ ...day, destinationIds: ids }),
      events.deliverySteps({ ...day, destinationIds: ids, stepSeconds: 3_600 }),
    ]);
  const webhookPage = async (query: object): Promise<unknown> =>
    webhookSummaries((await listWebhooks(db, { teamId, limit: PAGE + 1, ...query })).map(({ id }) => id));
  const exportPage = async (query: object): Promise<unknown> => {
    const ids = (await listExports(db, { teamId, limit: PAGE + 1, ...query })).map(({ id }) => id);
    return Promise.all([
      exportStandings(db, { teamId, since: day.from, limit: PAGE, ids }),
      recentRuns(db, { teamId, ids, limit: 30 }),
    ]);
  };
  const series = (destinationId: string, stepSeconds: number, span: typeof day): Promise<unknown> =>
    Promise.all([
      events.deliveryStats({ teamId, destinationId, since: span.from }),
      events.deliverySeries({ ...span, destinationId, stepSeconds }),
    ]);
  const statsPath = (id: string, step: number, { from, to }: typeof day): string =>
    `/webhooks/${id}/stats?step=${String(step)}&since=${from.toISOString()}&from=${from.toISOString()}&to=${to.toISOString()}`;
  const quiet = data.webhookIds.at(-1) ?? '';
  const [exportId = ''] = data.exportIds;
  const page = `limit=${String(PAGE)}&summary=true`;
  return [
    { name: 'webhooks', path: `/webhooks?${page}`, bare: () => webhookPage({}) },
    { name: 'webhooks by name', path: `/webhooks?${page}&sort=name`, bare: () => webhookPage({ sort: 'name' }) },
    { name: 'webhooks searched', path: `/webhooks?${page}&q=9.example`, bare: () => webhookPage({ search: '9.example' }) },
    {
      ...{ name: 'webhooks of a health', path: `/webhooks?${page}&health=healthy` },
      bare: () => webhookPage({ health: 'healthy' }),
    },
    { name: 'exports', path: `/exports?${page}`, bare: () => exportPage({}) },
    {
      ...{ name: 'exports of a health', path: `/exports?${page}&health=healthy` },
      bare: () => exportPage({ health: { is: 'healthy', since: day.from } }),
    },
    {
      ...{ name: 'overview', path: '/overview' },
      bare: () =>
        Promise.all([
          events.sourceMinutes({ teamId, since: new Date(now.getTime() - HOUR_MS) }),
          events.deliveryTotals(day),
          webhookStandings(db, { teamId, limit: MAX_SHOWN }),
          exportStandings(db, { teamId, since: day.from, limit: MAX_SHOWN }),
        ]),
    },
    { name: 'webhook, a day', path: statsPath(quiet, 300, day), bare: () => series(quiet, 300, day) },
    { name: 'busy webhook, a day', path: statsPath(busyWebhook, 300, day), bare: () => series(busyWebhook, 300, day) },
    {
      ...{ name: 'busy webhook, a month', path: statsPath(busyWebhook, 86_400, month) },
      bare: () => series(busyWebhook, 86_400, month),
    },
    {
      ...{ name: 'deliveries of the busy webhook', path: `/webhooks/${busyWebhook}/attempts?limit=${String(PAGE)}` },
      bare: () => events.listAttempts({ teamId, destinationId: busyWebhook, limit: PAGE }),
    },
    {
      ...{ name: 'usage of a month', path: '/usage' },
      bare: () =>
        Promise.all([events.eventsByDay(month), exportedByDay(db, month), events.deliveriesByDay(month)]),
    },
    { name: 'events', path: '/events?limit=50', bare: () => events.listEvents({ teamId, limit: PAGE, since: day.from }) },
    {
      ...{ name: 'runs of an export, a day', path: `/exports/${exportId}/stats` },
      bare: () => runPoints(db, { ...day, exportId }),
    },
  ];
}
