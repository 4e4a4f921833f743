import type { NativeConnection, Worker } from '@temporalio/worker';
import { ensureShards } from '../client/deliveries.ts';
import { TemporalPatience } from '../client/temporal-patience.ts';
import type { TemporalClient } from '../client/temporal.ts';
import type { QueueName } from '../core/ids.ts';
import type { Logger } from '../observability/logger.ts';
import type { ProcessState } from '../observability/metrics-server.ts';
import { connectWorkers, createQueueWorker, type QueueWorkerOptions } from './queue-workers.ts';

export interface ServingOptions extends QueueWorkerOptions {
  client: TemporalClient;
  queues: readonly QueueName[];
  /** Of the whole deployment: their workflows are started. */
  shards: number;
  /** Before that: resolves once the deployment is known to have so many; is told meanwhile that Postgres is away. */
  agreeOnShards(changed: (reason: unknown) => void): Promise<void>;
  logger: Logger;
  /** Ends the waiting, or the work: what is in flight is finished and tasks are given back. */
  draining: AbortSignal;
  /** Before the first connection: a runtime that nobody uses would keep the process alive. May be called again. */
  installRuntime(): Promise<void>;
  /** The queues are served from now on. */
  onServing(): void;
}

/** Waits for Temporal as long as it takes, then serves the queues until it is told to stop. */
export class Serving {
  readonly #options: ServingOptions;
  readonly #patience: TemporalPatience;
  readonly #workers: Worker[] = [];
  #ready = false;
  #postgresIsAway = false;

  constructor(options: ServingOptions) {
    this.#options = options;
    this.#patience = new TemporalPatience(options.client, {
      signal: options.draining,
      changed: (away, reason) => this.#log('Temporal', away, reason),
    });
  }

  get state(): ProcessState {
    const away = { postgres: this.#postgresIsAway, temporal: this.#patience.away };
    return { ready: this.#ready, away: Object.entries(away).flatMap(([server, isAway]) => (isAway ? [server] : [])) };
  }

  /** Resolves when it has stopped; rejects when a worker failed, or could not be made although Temporal answers. */
  async run(): Promise<void> {
    const { draining, onServing } = this.#options;
    draining.addEventListener('abort', () => this.#shutDown(), { once: true });
    const connection = await this.#prepared();
    if (connection === undefined) {
      return;
    }
    const running = Promise.all(this.#workers.map((worker) => worker.run()));
    if (draining.aborted) {
      this.#shutDown();
    } else {
      this.#ready = true;
      onServing();
    }
    await running;
    await connection.close();
  }

  /** Undefined: it was told to stop meanwhile. */
  async #prepared(): Promise<NativeConnection | undefined> {
    try {
      return await this.#prepare();
    } catch (error) {
      if (this.#options.draining.aborted) {
        return undefined;
      }
      throw error;
    }
  }

  async #prepare(): Promise<NativeConnection> {
    const connection = await this.#patience.until(async () => {
      await this.#options.installRuntime();
      return connectWorkers(this.#options.temporal);
    });
    try {
      await this.#makeWorkers(connection);
      return connection;
    } catch (error) {
      await this.#discard(connection);
      throw error;
    }
  }

  async #makeWorkers(connection: NativeConnection): Promise<void> {
    const { client, queues, shards, agreeOnShards } = this.#options;
    if (queues.includes('deliveries')) {
      await agreeOnShards((reason) => {
        this.#postgresIsAway = reason !== undefined;
        this.#log('Postgres', this.#postgresIsAway, reason);
      });
      await this.#patience.until(() => ensureShards(client, shards));
    }
    for (const queue of queues) {
      this.#workers.push(await this.#patience.until(() => createQueueWorker(connection, queue, this.#options)));
    }
  }

  /** A worker lets go of its connection only when it has run. */
  async #discard(connection: NativeConnection): Promise<void> {
    const ended = this.#workers.map((worker) => worker.run());
    this.#shutDown();
    await Promise.allSettled(ended);
    await connection.close();
  }

  #shutDown(): void {
    for (const worker of this.#workers.filter((worker) => worker.getState() === 'RUNNING')) {
      worker.shutdown();
    }
  }

  #log(server: string, away: boolean, reason: unknown): void {
    if (away) {
      this.#options.logger.warn({ err: reason }, `${server} does not answer: the worker waits for it`);
    } else {
      this.#options.logger.info({}, `${server} answers: the worker waits no more`);
    }
  }
}
