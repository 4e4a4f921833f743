import pg from 'pg';
import type { Database } from './database.ts';

/** Sent instead of a payload after the connection was lost: notifications may have been missed, so reread. */
export const RESYNC = 'resync';
/** Payload: the id of a webhook destination whose settings, status or health changed. */
export const DESTINATIONS_CHANNEL = 'sluice_destinations';

/** Payload: ids of the teams for which events were stored, with commas; `ALL_TEAMS` when they are too many to name. */
export const EVENTS_CHANNEL = 'sluice_events';
export const ALL_TEAMS = '*';

/** Before the id: its settings are as they were, but a message waits for it. */
export const MESSAGE_PREFIX = 'message/';

/** The teams that a payload of `EVENTS_CHANNEL` names. */
export function teamsTold(payload: string): { has(teamId: number): boolean } {
  return payload === ALL_TEAMS || payload === RESYNC ? { has: () => true } : new Set(payload.split(',').map(Number));
}

/** A silent network failure is noticed after at most the sum of these two. */
const PROBE_INTERVAL_MS = 10_000;
const PROBE_TIMEOUT_MS = 5_000;
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 5_000;

export interface Subscription {
  close(): Promise<void>;
}

/** What to do with the payloads of each channel. */
export type Channels = Readonly<Record<string, (payload: string) => void>>;

/**
 * Listens on a connection of its own that reconnects by itself. Resolves once the first LISTEN is in place and throws
 * when that fails. Nothing sent before a reconnect is replayed: after each one every channel is given `RESYNC`.
 */
export async function listen(db: Database, channels: Channels): Promise<Subscription> {
  const listener = new Listener(db.url, channels);
  await listener.connect();
  return { close: () => listener.close() };
}

class Listener {
  private client: pg.Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private retryMs = FIRST_RETRY_MS;
  private closed = false;
  private readonly url: string;
  private readonly channels: Channels;

  constructor(url: string, channels: Channels) {
    this.url = url;
    this.channels = channels;
  }

  async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.url,
      keepAlive: true,
      connectionTimeoutMillis: PROBE_TIMEOUT_MS,
      query_timeout: PROBE_TIMEOUT_MS,
      application_name: 'sluice-listen',
    });
    client.on('error', () => this.lost(client));
    client.on('end', () => this.lost(client));
    client.on('notification', ({ channel, payload }) => this.channels[channel]?.(payload ?? ''));
    this.client = client;
    try {
      await client.connect();
      const names = Object.keys(this.channels);
      await client.query(names.map((name) => `LISTEN ${pg.escapeIdentifier(name)}`).join('; '));
    } catch (error) {
      this.client = undefined;
      void client.end().catch(() => undefined);
      throw error;
    }
    this.retryMs = FIRST_RETRY_MS;
    this.schedule(PROBE_INTERVAL_MS, () => this.probe(client));
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    const client = this.client;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }

  /** Called by `error` and `end` alike, and by a failed probe; only the current client counts. */
  private lost(client: pg.Client): void {
    if (this.client !== client || this.closed) {
      return;
    }
    this.client = undefined;
    void client.end().catch(() => undefined);
    this.scheduleReconnect();
  }

  private scheduleReconnect(): void {
    this.schedule(this.retryMs, () => this.reconnect());
    this.retryMs = Math.min(this.retryMs * 2, MAX_RETRY_MS);
  }

  private async reconnect(): Promise<void> {
    try {
      await this.connect();
    } catch {
      // The server is still away; the consumer keeps working from what it has read last.
      if (!this.closed) {
        this.scheduleReconnect();
      }
      return;
    }
    if (this.closed) {
      await this.close();
      return;
    }
    for (const onMessage of Object.values(this.channels)) {
      onMessage(RESYNC);
    }
  }

  private async probe(client: pg.Client): Promise<void> {
    try {
      await client.query('SELECT 1');
      if (this.client === client) {
        this.schedule(PROBE_INTERVAL_MS, () => this.probe(client));
      }
    } catch {
      this.lost(client);
    }
  }

  private schedule(delayMs: number, task: () => void | Promise<void>): void {
    clearTimeout(this.timer);
    if (this.closed) {
      return;
    }
    this.timer = setTimeout(() => void task(), delayMs);
    this.timer.unref();
  }
}
