import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { endedIn } from '../../client/statistics/executions.ts';
import { startExportRun } from '../../client/export-runs.ts';
import { tally } from '../../core/statistics.ts';
import { insertMany } from '../e2e/support/export-events.ts';
import { finishedRun, listRuns, pastDay, type PastMinute, type Run } from '../e2e/support/export-runs.ts';
import { untilAccepted, WebhookTeam, type Hook } from '../e2e/support/webhook-team.ts';
import { eventually } from '../support/eventually.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

jest.setTimeout(240_000);

const WAIT = { timeoutMs: 120_000, intervalMs: 250 };
const HOUR_MS = 3_600_000;

interface Stats {
  outcomes: Record<string, number>;
  success_rate: number;
  retries: Record<string, number>;
  open: number;
  latency_ms: Record<'queue' | 'run' | 'end_to_end', { count: number; max: number } | null>;
}

let system: TestSystem;
let team: WebhookTeam;

beforeAll(async () => {
  system = await startTestSystem({ env: { SLUICE_DELIVERY_REPORT_EVERY_MS: '1000' } });
  team = await WebhookTeam.create(system);
});
afterAll(async () => {
  await team.close();
  await system.stop();
});

function statsOf(id: string): Promise<Stats> {
  return team.team.api<Stats>('GET', `/stats/${id}`);
}

function named(event: string, count: number): { event: string }[] {
  return Array.from({ length: count }, () => ({ event }));
}

interface Delivered {
  type: string;
  data: { uuid: string };
}

function eventsOf(body: string): Delivered[] {
  return [JSON.parse(body) as Delivered | Delivered[]].flat();
}

/** What the receiver knows: of each event the number of the last attempt, and whether it has taken it. */
class ReceiversCount {
  readonly attempts = new Map<string, number>();
  readonly taken = new Set<string>();
  readonly #hook: Hook;

  constructor(hook: Hook) {
    this.#hook = hook;
  }

  /** Takes a request when it takes each of its events, by type and number of the attempt. */
  answer(takes: (type: string, attempt: number) => boolean): void {
    this.#hook.react(({ body, attempt }) => {
      const events = eventsOf(body);
      const isTaken = events.every(({ type }) => takes(type, attempt));
      for (const { uuid } of events.map(({ data }) => data)) {
        this.attempts.set(uuid, Math.max(attempt, this.attempts.get(uuid) ?? 0));
        if (isTaken) {
          this.taken.add(uuid);
        }
      }
      return { status: isTaken ? 200 : 500 };
    });
  }

  /** A first try and a quick second one are none. */
  get retries(): Record<string, number> {
    const table: Record<string, number> = {};
    this.attempts.forEach((made) => {
      tally(table, Math.max(0, made - 2));
    });
    return table;
  }
}

/** History, the log of attempts and the receiver say the same. */
async function expectAgreement(
  hook: Hook,
  receiver: ReceiversCount,
  expected: { delivered: number; discarded: number },
): Promise<void> {
  const { delivered, discarded } = expected;
  await eventually(async () => {
    const stats = await statsOf(hook.id);
    expect(stats).toMatchObject({
      outcomes: { delivered, ...(discarded > 0 && { discarded }) },
      ...{ success_rate: delivered / (delivered + discarded), open: 0 },
    });
    expect(stats.retries).toEqual({ 0: 0, ...receiver.retries });
    expect(stats.latency_ms.end_to_end?.count).toBe(delivered);
  }, WAIT);
  await eventually(async () => expect(await team.stats(hook)).toMatchObject(expected), WAIT);
  expect(receiver.taken.size).toBe(delivered);
}

describe('history, the log of attempts and the receiver agree', () => {
  test('on what a webhook without retries gives up', async () => {
    const [GOOD, BAD] = [6, 4];
    const hook = await team.hook({ events: ['fine', 'broken'], retry_schedule_ms: [] });
    const receiver = new ReceiversCount(hook);
    receiver.answer((type) => type === 'fine');
    await team.capture([...named('fine', GOOD), ...named('broken', BAD)]);
    await expectAgreement(hook, receiver, { delivered: GOOD, discarded: BAD });
    expect(receiver.retries).toEqual({ 0: GOOD + BAD });
  });

  test('on batches, whose events have no retry workflow', async () => {
    const [GOOD, BAD] = [8, 1];
    const batch = { max_events: 4, max_wait_seconds: 0.2 };
    const hook = await team.hook({ events: ['taken late', 'never taken'], batch, retry_schedule_ms: [1_000, 1_000] });
    const receiver = new ReceiversCount(hook);
    receiver.answer((type, attempt) => type === 'taken late' && attempt >= 3);
    await team.capture([...named('taken late', GOOD), ...named('never taken', BAD)]);
    await expectAgreement(hook, receiver, { delivered: GOOD, discarded: BAD });
    expect(receiver.retries).not.toHaveProperty('0');
  });

  test('on what a probe delivers, and on what was done before a pause', async () => {
    const [BEFORE, WAITING] = [5, 10];
    const health = { failing_seconds: 1, consecutive_failures: 3, min_sample: 3 };
    const hook = await team.hook({
      ...{ events: ['before', 'later'], health_thresholds: health },
      retry_schedule_ms: [2_000, 60_000, 60_000],
    });
    const receiver = new ReceiversCount(hook);
    receiver.answer((type) => type === 'before');
    await untilAccepted(hook, await team.capture(named('before', BEFORE)));
    let failing = 0;
    await eventually(
      async () => {
        failing += (await team.capture(named('later', 1))).length;
        expect((await team.state(hook)).health).toBe('paused_auto');
      },
      { ...WAIT, intervalMs: 300 },
    );
    await team.capture(named('later', WAITING));
    receiver.answer(() => true);
    await expectAgreement(hook, receiver, { delivered: BEFORE + failing + WAITING, discarded: 0 });
    const probes = (await team.attempts(hook)).filter(({ via, outcome }) => via === 'probe' && outcome === 'delivered');
    expect(probes).toHaveLength(1);
  });
});

describe('statistics of runs', () => {
  interface Lake {
    destinationId: string;
    exportId: string;
    /** The folder of its files is from now on this one; a path without anything is waited for. */
    pointTo(target: string): Promise<void>;
  }

  async function newLake(name: string): Promise<Lake> {
    const { api } = team.team;
    const place = path.join(system.directory, name);
    const pointTo = async (target: string): Promise<void> => {
      await rm(place, { force: true });
      await symlink(target, place);
    };
    const there = path.join(system.directory, `${name}-there`);
    await mkdir(there);
    await pointTo(there);
    const { id: destinationId } = await api<{ id: string }>('POST', '/destinations', {
      ...{ name, kind: 'file', config: { directory: place, prefix: '' } },
    });
    const format = { file_format: 'jsonl', compression: 'none' };
    const { id: exportId } = await api<{ id: string }>('POST', '/exports', {
      ...{ name, destination_id: destinationId, interval: 'day', format, paused: true },
    });
    return { destinationId, exportId, pointTo };
  }

  async function runOf(lake: Lake, { end }: PastMinute): Promise<Run> {
    return finishedRun(team.team.api, lake.exportId, ({ interval_end: of }) => Date.parse(of) === Date.parse(end));
  }

  /** As the gap detector starts it. */
  async function startOwed({ destinationId, exportId }: Lake, day: PastMinute): Promise<string> {
    const { workflowId } = await startExportRun(system.temporal, {
      ...{ exportId, teamId: team.team.teamId, name: 'lake', destinationId, destinationKind: 'file', interval: 'day' },
      ...{ intervalStart: new Date(day.startMicros / 1_000), intervalEnd: new Date(day.end), force: false },
      trigger: 'gap_fill',
    });
    return workflowId;
  }

  test('are those of the log of runs, with one that was tried again and one that failed', async () => {
    const lake = await newLake('often');
    const { api, teamId } = team.team;
    const [clean, repeated, failing] = [pastDay(1), pastDay(2), pastDay(3)];
    for (const day of [clean, repeated, failing]) {
      await insertMany(system.clickhouse, teamId, day, { rows: 5, bytes: 10 });
    }
    await startOwed(lake, clean);
    expect((await runOf(lake, clean)).status).toBe('completed');

    await lake.pointTo(path.join(system.directory, 'not-there'));
    const workflowId = await startOwed(lake, repeated);
    await eventually(async () => {
      const { status, raw } = await system.temporal.client.workflow.getHandle(workflowId).describe();
      const isRepeated = (raw.pendingActivities?.[0]?.attempt ?? 0) > 1;
      expect({ status: status.name, isRepeated }).toEqual({ status: 'RUNNING', isRepeated: true });
    });
    await lake.pointTo(path.join(system.directory, 'often-there'));
    expect((await runOf(lake, repeated)).status).toBe('completed');

    const file = path.join(system.directory, 'a-file');
    await writeFile(file, '');
    await lake.pointTo(file);
    await startOwed(lake, failing);
    expect(await runOf(lake, failing)).toMatchObject({ status: 'failed', error: { code: 'file_directory_invalid' } });

    const byStatus: Record<string, number> = {};
    (await listRuns(api, lake.exportId)).forEach(({ status }) => {
      tally(byStatus, status);
    });
    expect(byStatus).toEqual({ completed: 2, failed: 1 });
    await eventually(async () => {
      const { outcomes, retries, success_rate: rate, latency_ms: latency, open } = await statsOf(lake.destinationId);
      expect({ outcomes, open, rate }).toEqual({ outcomes: byStatus, open: 0, rate: 2 / 3 });
      const { 0: never, ...again } = retries;
      expect([never, Object.values(again)]).toEqual([2, [1]]);
      expect(latency).toMatchObject({ queue: { count: 3 }, run: { count: 2 }, end_to_end: { count: 2 } });
      expect(latency.end_to_end?.max).toBeLessThan(4 * 24 * HOUR_MS);
    }, WAIT);
  });

  test('measure no latency of what a backfill, or somebody by hand, runs long after its interval', async () => {
    const lake = await newLake('once');
    const { api, teamId } = team.team;
    const [recent, byHand] = [pastDay(1), pastDay(2)];
    const old = [pastDay(20), pastDay(21)];
    for (const day of old) {
      await insertMany(system.clickhouse, teamId, day, { rows: 5, bytes: 10 });
    }
    await startOwed(lake, recent);
    await runOf(lake, recent);
    await api('POST', `/exports/${lake.exportId}/run`, { interval_end: byHand.end });
    await runOf(lake, byHand);
    const range = { from: new Date((old[1]?.startMicros ?? 0) / 1_000).toISOString(), to: old[0]?.end };
    await api('POST', `/exports/${lake.exportId}/backfills`, range);
    for (const day of old) {
      expect(await runOf(lake, day)).toMatchObject({ status: 'completed', rows: 5 });
    }
    await eventually(async () => {
      const { outcomes, latency_ms: latency } = await statsOf(lake.destinationId);
      expect(outcomes).toEqual({ completed: 4 });
      expect(latency).toMatchObject({ queue: { count: 1 }, run: { count: 4 }, end_to_end: { count: 1 } });
      expect(latency.end_to_end?.max).toBeLessThan(2 * 24 * HOUR_MS);
    }, WAIT);
    const now = Date.now();
    const lastHour = { from: new Date(now - HOUR_MS), to: new Date(now) };
    const executions = await endedIn(system.temporal, 'export', { destinationId: lake.destinationId, ...lastHour });
    expect(executions.filter(({ isChild }) => isChild)).toHaveLength(old.length);
  });
});
