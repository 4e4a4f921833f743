import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import type { Socket } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import pg from 'pg';
import { ClickHouse } from '../../clickhouse/client.ts';
import { toClickHouseFault } from '../../clickhouse/errors.ts';
import { currentLife, type Life } from './life.ts';

/*
 * Where an attempt leaves its process: statements to both Postgres, requests to S3, calls of the file system, queries of
 * ClickHouse. Each gets its crash points here, so that product code needs to know nothing of them. Work outside of a
 * life is not touched.
 */

type Call = (this: unknown, ...args: unknown[]) => unknown;

/** Lives are short: what a worker does every 15 s happens every 0.75 s. */
const FASTER = 20;

export function instrumentProcess(): void {
  instrumentPostgres();
  instrumentS3();
  instrumentFiles();
  instrumentTimers();
}

function instrumentPostgres(): void {
  const prototype = pg.Client.prototype as unknown as { query: Call };
  const query = prototype.query;
  prototype.query = function (...args) {
    const life = currentLife();
    const [statement] = args;
    if (life === undefined) {
      return query.apply(this, args);
    }
    if (typeof statement !== 'string') {
      // COPY: its crash points are those of the source's pieces.
      life.assertAlive();
      return query.apply(this, args);
    }
    if (/^\s*rollback/i.test(statement)) {
      // Done by the server itself for a process that is gone.
      life.transactionEnded();
      return query.apply(this, args);
    }
    const side = applicationOf(this) === 'sluice' ? 'store' : 'destination';
    return life
      .around(`${side} ${labelOf(statement)}`, async () => {
        const result = await query.apply(this, args);
        noteTransaction(life, statement);
        return result;
      })
      .catch((error: unknown) => {
        if (life.crashedHere(error)) {
          hangUp(this);
        }
        throw error;
      });
  };
}

function noteTransaction(life: Life, statement: string): void {
  if (/^\s*(?:begin|start transaction)/i.test(statement)) {
    life.transactionBegan();
  } else if (/^\s*commit/i.test(statement)) {
    life.transactionEnded();
  }
}

/** A process that is gone, and a connection that is lost, leave no open transaction behind. */
function hangUp(client: unknown): void {
  (client as { connection: { stream: Socket } }).connection.stream.destroy();
}

function applicationOf(client: unknown): string | undefined {
  return (client as { connectionParameters?: { application_name?: string } }).connectionParameters?.application_name;
}

/** Verb and table; names that follow from an interval become one. */
function labelOf(statement: string): string {
  const verb = /^\s*(\w+)/.exec(statement)?.[1]?.toUpperCase() ?? '?';
  const table = /\b(?:into|update|from|table(?: if (?:not )?exists)?)\s+(?:"?\w+"?\.)?"?(\w+)"?/i.exec(statement)?.[1];
  return table === undefined ? verb : `${verb} ${table.replace(/_[0-9a-f]{32}_\d+$/, '')}`;
}

function instrumentS3(): void {
  const prototype = S3Client.prototype as unknown as { send: Call };
  const send = prototype.send;
  prototype.send = function (...args) {
    const life = currentLife();
    const name = (args[0] as object).constructor.name.replace(/Command$/, '');
    return life === undefined ? send.apply(this, args) : life.around(`s3 ${name}`, async () => send.apply(this, args));
  };
}

const FILE_CALLS = ['link', 'mkdir', 'open', 'readdir', 'readFile', 'stat', 'unlink'] as const;

function instrumentFiles(): void {
  const calls = fs as unknown as Record<string, Call>;
  for (const name of FILE_CALLS) {
    const call = calls[name] as Call;
    calls[name] = function (...args) {
      const life = currentLife();
      return life === undefined
        ? call.apply(this, args)
        : life.around(`file ${name}`, async () => {
            const result = await call.apply(this, args);
            return name === 'open' ? instrumentHandle(result as fs.FileHandle) : result;
          });
    };
  }
  syncBuiltinESMExports();
}

/** Closing is not instrumented: a process that is gone has closed everything. */
function instrumentHandle(handle: fs.FileHandle): fs.FileHandle {
  const calls = handle as unknown as Record<string, Call>;
  for (const name of ['write', 'sync']) {
    const call = calls[name] as Call;
    calls[name] = (...args) => {
      const life = currentLife();
      return life === undefined
        ? call.apply(handle, args)
        : life.around(`file ${name}`, async () => call.apply(handle, args));
    };
  }
  return handle;
}

function instrumentTimers(): void {
  const real = globalThis.setInterval;
  globalThis.setInterval = ((work: () => void, ms: number) =>
    real(work, currentLife() === undefined ? ms : ms / FASTER)) as typeof setInterval;
}

/** ClickHouse as one worker process sees it: what it remembers of duplicates is its own. */
export class WatchedClickHouse extends ClickHouse {
  override rows<Row>(...args: Parameters<ClickHouse['rows']>): Promise<Row[]> {
    return watched(`clickhouse ${labelOf(args[0].sql)}`, () => super.rows<Row>(...args));
  }

  override command(...args: Parameters<ClickHouse['command']>): Promise<void> {
    return watched(`clickhouse ${labelOf(args[0].sql)}`, () => super.command(...args));
  }

  override insert(...args: Parameters<ClickHouse['insert']>): Promise<void> {
    return watched(`clickhouse INSERT ${args[0]}`, () => super.insert(...args));
  }

  override async stream(...args: Parameters<ClickHouse['stream']>): ReturnType<ClickHouse['stream']> {
    const answer = await watched('clickhouse stream', () => super.stream(...args));
    const life = currentLife();
    if (life !== undefined) {
      const pieces = answer.body[Symbol.asyncIterator].bind(answer.body);
      answer.body[Symbol.asyncIterator] = async function* () {
        for await (const piece of { [Symbol.asyncIterator]: pieces }) {
          yield await life.around('clickhouse piece of a stream', () => Promise.resolve(piece as unknown));
        }
      } as typeof pieces;
    }
    return answer;
  }
}

async function watched<T>(step: string, call: () => Promise<T>): Promise<T> {
  const life = currentLife();
  try {
    return await (life === undefined ? call() : life.around(step, call));
  } catch (error) {
    throw toClickHouseFault(error);
  }
}
