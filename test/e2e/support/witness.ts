import { expect } from '@jest/globals';
import { createClickHouse, type ClickHouse } from '../../../clickhouse/client.ts';
import { startExportRun } from '../../../client/export-runs.ts';
import { dateOfMicros } from '../../../core/time.ts';
import { eventually } from '../../support/eventually.ts';
import type { FaultyPlace } from '../../support/faulty-place.ts';
import type { TestSystem } from '../../support/test-system.ts';
import { insertMany } from './export-events.ts';
import { committedFiles, expectConsistent } from './export-manifests.ts';
import { newPlace, type ExportPlace } from './export-places.ts';
import { ExportReader } from './export-rows.ts';
import { createExport, finishedRun, JSON_LINES, pastMinute, type PastMinute, type Run } from './export-runs.ts';
import { untilAccepted, uuids, WebhookTeam, type Hook } from './webhook-team.ts';

/** Of each minute. */
export const WITNESS_ROWS = 200;
const TIMEOUT_MS = 60_000;
/** What SluiceTemporalFailing calls a failure of Temporal that does answer. */
const FAILED = ['UNAVAILABLE', 'UNKNOWN', 'INTERNAL', 'DEADLINE_EXCEEDED', 'RESOURCE_EXHAUSTED'];
/** For as long as a fault lasts on a busy machine. */
const MANY_RETRIES = Array.from({ length: 20 }, () => 1_000);

/**
 * A team whose captured events go to a webhook and whose minutes of the past go to a folder. It keeps account of both, so
 * that after any fault it can be said that all of it has arrived, each once.
 */
export class Witness {
  readonly team: WebhookTeam;
  readonly hook: Hook;
  readonly exportId: string;
  readonly #system: TestSystem;
  readonly #direct: ClickHouse;
  readonly #folder: ExportPlace;
  readonly #reader: ExportReader;
  /** Before anything happens: no minute comes twice. */
  readonly #minutes = Array.from({ length: 20 }, (_, index) => pastMinute(60 + index));
  readonly #captured: string[] = [];
  #rows = 0;

  private constructor(
    of: { system: TestSystem; direct: ClickHouse; folder: ExportPlace; reader: ExportReader },
    made: { team: WebhookTeam; hook: Hook; exportId: string },
  ) {
    this.#system = of.system;
    this.#direct = of.direct;
    this.#folder = of.folder;
    this.#reader = of.reader;
    this.team = made.team;
    this.hook = made.hook;
    this.exportId = made.exportId;
  }

  static async create(system: TestSystem, { direct: { clickhouseUrl: url } }: FaultyPlace): Promise<Witness> {
    const team = await WebhookTeam.create(system);
    // Long enough for a fault that begins while it is asked.
    const hook = await team.hook({ events: ['signed up'], timeout_ms: 30_000 });
    const folder = await newPlace('file', system);
    const exportId = await createExport(team.team.api, folder, { format: JSON_LINES });
    const direct = createClickHouse({ ...system.config.clickhouse, url });
    const reader = await ExportReader.open(system.directory);
    return new Witness({ system, direct, folder, reader }, { team, hook, exportId });
  }

  async close(): Promise<void> {
    this.#reader.close();
    await this.#direct.close();
    await this.team.close();
  }

  /** New events, which have to be sent until they are taken. */
  events(count = 10): { uuid: string }[] {
    const fresh = uuids(count);
    this.#captured.push(...fresh);
    return fresh.map((uuid) => ({ uuid }));
  }

  /** Status and code of the answer of capture; of the system's server unless told otherwise. */
  async send(
    events: readonly { uuid: string }[],
    apiUrl = this.#system.system.apiUrl,
  ): Promise<[number, string | undefined]> {
    const batch = events.map(({ uuid }) => ({ uuid, event: 'signed up', distinct_id: 'user' }));
    const response = await fetch(`${apiUrl}/batch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ api_key: this.team.team.captureToken, batch }),
    });
    return [response.status, ((await response.json()) as { code?: string }).code];
  }

  /** As senders do: the same events again until they are taken. */
  async untilTaken(events: readonly { uuid: string }[]): Promise<void> {
    const taken = async (): Promise<void> => expect((await this.send(events))[0]).toBe(200);
    await eventually(taken, { timeoutMs: TIMEOUT_MS, intervalMs: 200 });
  }

  /** The webhook has got them. */
  async untilDelivered(events: readonly { uuid: string }[]): Promise<void> {
    await untilAccepted(
      this.hook,
      events.map(({ uuid }) => uuid),
      TIMEOUT_MS,
    );
  }

  /** A minute with rows that has not been exported. */
  async minute(): Promise<PastMinute> {
    const minute = this.#minutes.shift()!;
    this.#rows += WITNESS_ROWS;
    await insertMany(this.#direct, this.team.team.teamId, minute, { rows: WITNESS_ROWS, bytes: 16 });
    return minute;
  }

  /** As a Schedule does, without asking the API. */
  async start(minute: PastMinute): Promise<void> {
    const [intervalStart, intervalEnd] = [dateOfMicros(minute.startMicros), dateOfMicros(minute.endMicros)];
    // Only the ids of the export and of its team are more than what Temporal shows.
    const shown = { name: 'witness', destinationId: this.exportId, destinationKind: 'file', interval: '1m' } as const;
    const { teamId } = this.team.team;
    await startExportRun(this.#system.temporal, {
      ...shown,
      ...{ exportId: this.exportId, teamId, intervalStart, intervalEnd, force: false, whenOpen: 'join' },
    });
  }

  finished(minute: PastMinute): Promise<Run> {
    return finishedRun(this.team.team.api, this.exportId, (run) => run.interval_end === minute.end);
  }

  /** Waits until `/readyz` answers with this status and says that this is away. */
  async untilReady(status: number, away?: readonly string[]): Promise<void> {
    const look = async (): Promise<void> => {
      const response = await fetch(`${this.#system.system.apiUrl}/readyz`);
      const body = (await response.json()) as { away?: string[] };
      expect([response.status, body.away]).toEqual([status, away]);
    };
    await eventually(look, { timeoutMs: TIMEOUT_MS, intervalMs: 200 });
  }

  /** Of the event `flaky` or others; it refuses until told otherwise, and what it has refused is tried again for long enough. */
  async refusingHook(settings: Record<string, unknown> = {}): Promise<Hook> {
    const hook = await this.team.hook({ events: ['flaky'], retry_schedule_ms: MANY_RETRIES, ...settings });
    hook.react(() => ({ status: 500 }));
    return hook;
  }

  /** Captures an event of that name; answers its uuid. */
  async captureFlaky(): Promise<string> {
    const [uuid = ''] = await this.team.capture([{ event: 'flaky' }]);
    return uuid;
  }

  /** The sum of a metric's series that have these labels, as a process shows it now. */
  async metric(of: 'worker' | 'server', name: string, labels: Record<string, string> = {}): Promise<number> {
    const text = await (await fetch(this.#system.system.metricsUrls[of] ?? '')).text();
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    const series = text
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .filter((line) => wanted.every((label) => line.includes(label)));
    return series.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  /** Of the worker to Temporal until now, and those of them that Temporal could not do. */
  async temporalRequests(): Promise<{ made: number; failed: number }> {
    const [made, ...failed] = await Promise.all([
      this.metric('worker', 'temporal_request_total'),
      ...FAILED.map((status) => this.metric('worker', 'temporal_request_failure_total', { status_code: status })),
    ]);
    return { made, failed: failed.reduce((sum, count) => sum + count, 0) };
  }

  /** The value of a gauge without labels; undefined: it has none. */
  async shown(of: 'worker' | 'server', name: string): Promise<string | undefined> {
    const text = await (await fetch(this.#system.system.metricsUrls[of] ?? '')).text();
    return new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1];
  }

  /** Waits until a counter is above what it was. */
  async untilAbove(before: number, ...of: Parameters<Witness['metric']>): Promise<void> {
    await eventually(async () => expect(await this.metric(...of)).toBeGreaterThan(before), {
      timeoutMs: TIMEOUT_MS,
      intervalMs: 200,
    });
  }

  /** Every event that was captured is delivered, once unless said otherwise; every row of the minutes is in a file once. */
  async expectAllArrived({ repeats = false }: { repeats?: boolean } = {}): Promise<void> {
    await untilAccepted(this.hook, this.#captured, TIMEOUT_MS);
    const delivered = this.hook.receiver.deliveredIds();
    expect(repeats ? new Set(delivered).size : delivered.length).toBe(this.#captured.length);
    await expectConsistent(this.#folder);
    const found = await this.#reader.counts(await committedFiles(this.#folder));
    expect(found).toMatchObject({ rows: this.#rows, uuids: this.#rows });
  }
}
