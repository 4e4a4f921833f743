import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Session } from 'chdb';
import type { ChdbResult } from 'chdb';
import { EngineError } from './engine-error.ts';
import { quoteIdentifier, quoteString } from './literals.ts';
import { parameterNames } from './statement.ts';

const run = promisify(execFile);

/** What one query wants of the session it runs on. */
export interface SessionNeeds {
  queryId: string;
  database: string | undefined;
  settings: Map<string, string>;
  params: Map<string, string>;
}

/**
 * One connection to the engine with its own named pipe. The engine keeps settings, parameters and the current database
 * per connection, so each query sets what it needs and everything is put back before the next one.
 */
export class EngineSession {
  readonly pipe: string;
  private session: Session;
  private readonly path: string;
  private readonly baseline: ReadonlyMap<string, string>;
  private database = 'default';
  private changed: string[] = [];
  private knownParams = new Set<string>();
  private tainted = false;

  constructor(path: string, pipe: string, baseline: ReadonlyMap<string, string>) {
    this.path = path;
    this.pipe = pipe;
    this.baseline = baseline;
    this.session = new Session(path);
  }

  async run(sql: string, format = 'TabSeparated'): Promise<ChdbResult> {
    return await this.session.queryAsync(sql, { format });
  }

  async configure(needs: SessionNeeds, sql: string): Promise<void> {
    this.refuseStaleParams(needs, sql);
    const settings = new Map([['log_comment', needs.queryId], ...needs.settings]);
    const database = needs.database ?? 'default';
    if (database !== this.database) {
      await this.run(`USE ${quoteIdentifier(database)}`);
      this.database = database;
    }
    this.changed = [...settings.keys()];
    const assignments = [...settings].map(([name, value]) => `${identifier(name)} = ${quoteString(value)}`);
    for (const [name, value] of needs.params) {
      this.knownParams.add(name);
      assignments.push(`${identifier(`param_${name}`)} = ${quoteString(value)}`);
    }
    await this.run(`SET ${assignments.join(', ')}`);
  }

  /** A parameter cannot be unset: without this check a query would silently get the value of an earlier one. */
  private refuseStaleParams(needs: SessionNeeds, sql: string): void {
    if (this.knownParams.size === 0) {
      return;
    }
    for (const name of parameterNames(sql)) {
      if (this.knownParams.has(name) && !needs.params.has(name)) {
        throw new EngineError(456, `Substitution \`${name}\` is not set`, 'UNKNOWN_QUERY_PARAMETER');
      }
    }
  }

  /** The session must not be used again as it is (SET, USE, temporary tables). */
  taint(): void {
    this.tainted = true;
  }

  /** Puts every changed setting back; a session that cannot be cleaned (`readonly=1`) is replaced by a new one. */
  async restore(): Promise<void> {
    try {
      if (!this.tainted && this.changed.length > 0) {
        const assignments = this.changed.map((name) => `${identifier(name)} = ${this.baselineOf(name)}`);
        await this.run(`SET ${assignments.join(', ')}`);
      }
    } catch {
      this.tainted = true;
    }
    this.changed = [];
    if (this.tainted) {
      this.renew();
    }
  }

  close(): void {
    this.session.close();
  }

  private baselineOf(name: string): string {
    const value = this.baseline.get(name);
    return value === undefined ? 'DEFAULT' : quoteString(value);
  }

  private renew(): void {
    this.session.close();
    this.session = new Session(this.path);
    this.database = 'default';
    this.knownParams = new Set();
    this.tainted = false;
  }
}

function identifier(name: string): string {
  if (!/^\w+$/.test(name)) {
    throw new EngineError(115, `Unknown setting '${name}'`, 'UNKNOWN_SETTING');
  }
  return name;
}

/** Hands out sessions, one query at a time each; more are made when all are busy, up to a limit, then callers wait. */
export class SessionPool {
  private readonly idle: EngineSession[] = [];
  private readonly waiting: ((session: EngineSession) => void)[] = [];
  private readonly all: EngineSession[] = [];
  private made = 0;
  private baseline: ReadonlyMap<string, string> = new Map();
  private readonly control: Session;
  private lastCommand: Promise<void> = Promise.resolve();
  private readonly path: string;
  private readonly pipesDir: string;
  private readonly limit: number;

  private constructor(path: string, pipesDir: string, limit: number) {
    this.path = path;
    this.pipesDir = pipesDir;
    this.limit = limit;
    this.control = new Session(path);
  }

  static async open(options: { path: string; pipesDir: string; limit: number }): Promise<SessionPool> {
    await rm(options.pipesDir, { recursive: true, force: true });
    await mkdir(options.pipesDir, { recursive: true, mode: 0o700 });
    const pool = new SessionPool(options.path, options.pipesDir, options.limit);
    const changed = await pool.control.queryAsync('SELECT name, value FROM system.settings WHERE changed', {
      format: 'JSONCompactEachRow',
    });
    const lines = changed.text().split('\n').filter(Boolean);
    pool.baseline = new Map(lines.map((line) => JSON.parse(line) as [string, string]));
    return pool;
  }

  async acquire(): Promise<EngineSession> {
    const idle = this.idle.pop();
    if (idle !== undefined) {
      return idle;
    }
    if (this.made >= this.limit) {
      return await new Promise((resolve) => this.waiting.push(resolve));
    }
    this.made += 1;
    const pipe = join(this.pipesDir, String(this.made));
    try {
      await run('mkfifo', ['-m', '600', pipe]);
      const session = new EngineSession(this.path, pipe, this.baseline);
      this.all.push(session);
      return session;
    } catch (error: unknown) {
      this.made -= 1;
      throw error;
    }
  }

  release(session: EngineSession): void {
    const next = this.waiting.shift();
    if (next === undefined) {
      this.idle.push(session);
    } else {
      next(session);
    }
  }

  /** Asks the engine to cancel a query; it ends soon after, with an error. Harmless when it has ended already. */
  kill(queryId: string): Promise<void> {
    return this.command(`KILL QUERY WHERE Settings['log_comment'] = ${quoteString(queryId)} ASYNC`);
  }

  killAll(): Promise<void> {
    return this.command("KILL QUERY WHERE Settings['log_comment'] != '' ASYNC");
  }

  /** One after another: a session takes one query at a time. */
  private command(sql: string): Promise<void> {
    const result = this.lastCommand.then(() => this.control.queryAsync(sql)).then(() => undefined);
    this.lastCommand = result.catch(() => undefined);
    return result;
  }

  close(): void {
    for (const session of [...this.all, this.control]) {
      session.close();
    }
  }
}
