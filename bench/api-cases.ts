import type { ApiDeps } from '../api/deps.ts';
import { summarySpan } from '../api/summaries.ts';
import { eventReads } from '../clickhouse/event-reads.ts';
import { startOfUtcDay } from '../core/quotas.ts';
import { listDestinations } from '../store/destination-list.ts';
import { destinationTrends, destinationUses } from '../store/destination-uses.ts';
import { listExports } from '../store/export-list.ts';
import { exportOverview, exportStandings, recentRuns } from '../store/export-standings.ts';
import { exportedByDay, runPoints } from '../store/run-stats.ts';
import { listRuns } from '../store/runs.ts';
import { usageDays } from '../store/usage.ts';
import { listWebhooks } from '../store/webhook-list.ts';
import { webhookOverview, webhookStandings } from '../store/webhook-standings.ts';
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

interface Asked {
  bench: Bench;
  data: ApiData;
  events: Pick<ApiDeps['events'], keyof ReturnType<typeof eventReads>>;
  teamId: number;
  day: { teamId: number; from: Date; to: Date };
  /** Whole ones of a day. */
  hours: { teamId: number; from: Date; to: Date };
  month: { teamId: number; from: Date; to: Date };
}

/** What the console's lists and charts ask for. */
export function apiCases(bench: Bench, data: ApiData): ApiCase[] {
  const { teamId } = data;
  const to = new Date();
  const day = { teamId, from: new Date(to.getTime() - DAY_MS), to };
  const month = { ...day, from: new Date(to.getTime() - 30 * DAY_MS) };
  const hours = { teamId, ...summarySpan(to) };
  const asked: Asked = { bench, data, events: eventReads(bench.clickhouse), teamId, day, hours, month };
  return [
    ...webhookLists(asked),
    ...exportLists(asked),
    destinationList(asked),
    ...charts(asked),
    ...deliveryLists(asked),
    ...whatWasSeen(asked),
  ];
}

const PAGE_QUERY = `limit=${String(PAGE)}&summary=true`;

function webhookLists({ bench: { db }, events, teamId, hours }: Asked): ApiCase[] {
  const page = async (query: object): Promise<unknown> => {
    const ids = (await listWebhooks(db, { teamId, limit: PAGE + 1, ...query })).map(({ id }) => id);
    return Promise.all([
      webhookStandings(db, { teamId, limit: PAGE, ids }),
      events.deliverySummaries({ ...hours, destinationIds: ids }),
    ]);
  };
  return [
    { name: 'webhooks', path: `/webhooks?${PAGE_QUERY}`, bare: () => page({}) },
    { name: 'webhooks by name', path: `/webhooks?${PAGE_QUERY}&sort=name`, bare: () => page({ sort: 'name' }) },
    { name: 'webhooks searched', path: `/webhooks?${PAGE_QUERY}&q=9.ex`, bare: () => page({ search: '9.ex' }) },
    {
      ...{ name: 'webhooks of a health', path: `/webhooks?${PAGE_QUERY}&health=healthy` },
      bare: () => page({ health: 'healthy' }),
    },
  ];
}

function exportLists({ bench: { db }, data, teamId, day, hours }: Asked): ApiCase[] {
  const page = async (query: object): Promise<unknown> => {
    const ids = (await listExports(db, { teamId, limit: PAGE + 1, ...query })).map(({ id }) => id);
    return Promise.all([
      exportStandings(db, { teamId, since: hours.from, limit: PAGE, ids }),
      recentRuns(db, { teamId, ids, limit: 30 }),
    ]);
  };
  const [exportId = ''] = data.exportIds;
  return [
    { name: 'exports', path: `/exports?${PAGE_QUERY}`, bare: () => page({}) },
    {
      ...{ name: 'exports of a health', path: `/exports?${PAGE_QUERY}&health=healthy` },
      bare: () => page({ health: { is: 'healthy', since: hours.from } }),
    },
    {
      ...{ name: 'runs of an export', path: `/exports/${exportId}/runs?limit=${String(PAGE)}` },
      bare: () => listRuns(db, { teamId, exportId, limit: PAGE + 1 }),
    },
    {
      ...{ name: 'runs of an export, a day', path: `/exports/${exportId}/stats` },
      bare: () => runPoints(db, { ...day, exportId }),
    },
  ];
}

function destinationList({ bench: { db }, teamId, hours }: Asked): ApiCase {
  return {
    ...{ name: 'destinations', path: `/destinations?${PAGE_QUERY}` },
    bare: async () => {
      const page = await listDestinations(db, { teamId, kinds: ['file'], limit: PAGE + 1 });
      const destinationIds = page.map(({ id }) => id);
      return Promise.all([
        destinationUses(db, { teamId, destinationIds, since: hours.from }),
        destinationTrends(db, { teamId, destinationIds, limit: 30 }),
      ]);
    },
  };
}

function charts({ data, events, teamId, day, month }: Asked): ApiCase[] {
  // From where a point begins, as the console asks for it.
  const days = { ...month, from: new Date(startOfUtcDay(month.to).getTime() - 29 * DAY_MS) };
  const pointMs = 3 * HOUR_MS;
  const week = { ...day, from: new Date((Math.floor(day.to.getTime() / pointMs) + 1) * pointMs - 7 * DAY_MS) };
  const chart = (name: string, destinationId: string, stepSeconds: number, { from, to }: typeof day): ApiCase => {
    const span = `since=${from.toISOString()}&from=${from.toISOString()}&to=${to.toISOString()}`;
    return {
      ...{ name, path: `/webhooks/${destinationId}/stats?step=${String(stepSeconds)}&${span}` },
      bare: () => events.deliveryChart({ teamId, destinationId, since: from, from, to, stepSeconds }),
    };
  };
  return [
    chart('webhook, a day', data.webhookIds.at(-1) ?? '', 300, day),
    chart('busy webhook, a day', data.busyWebhook, 300, day),
    chart('busy webhook, a week', data.busyWebhook, 10_800, week),
    chart('busy webhook, a month', data.busyWebhook, 86_400, days),
  ];
}

/** `search`: what no attempt has is looked for in all of a week. */
function deliveryLists({ data: { busyWebhook }, events, teamId, day }: Asked): ApiCase[] {
  const from = new Date(day.to.getTime() - 7 * DAY_MS);
  const list = { teamId, destinationId: busyWebhook, limit: PAGE + 1 };
  const path = `/webhooks/${busyWebhook}/attempts?limit=${String(PAGE)}`;
  return [
    { name: 'deliveries of the busy webhook', path, bare: () => events.listAttempts(list) },
    ...['unavailable', 'in no answer'].map((search) => ({
      ...{ name: `the same searched for “${search}”`, path: `${path}&search=${encodeURIComponent(search)}` },
      bare: () => events.listAttempts({ ...list, from, search }),
    })),
  ];
}

function whatWasSeen({ bench: { db }, events, teamId, day, hours, month }: Asked): ApiCase[] {
  const since = new Date(day.to.getTime() - HOUR_MS);
  const today = { ...day, from: startOfUtcDay(day.to) };
  return [
    {
      ...{ name: 'overview', path: '/overview' },
      bare: () =>
        Promise.all([
          events.sourceMinutes({ teamId, since }),
          events.deliveryTotals(hours),
          webhookOverview(db, { teamId, limit: MAX_SHOWN }),
          exportOverview(db, { teamId, since: hours.from, limit: MAX_SHOWN }),
        ]),
    },
    {
      ...{ name: 'usage of a month', path: '/usage' },
      bare: () =>
        Promise.all([
          usageDays(db, { ...month, to: today.from }),
          ...[events.eventsByDay(today), exportedByDay(db, today), events.deliveriesByDay(today)],
        ]),
    },
    {
      name: 'events',
      path: '/events?limit=50',
      bare: () => events.listEvents({ teamId, limit: PAGE, since: day.from }),
    },
  ];
}
