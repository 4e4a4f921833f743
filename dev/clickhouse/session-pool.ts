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

/** Opens one more session on the one folder of this process, always with the same arguments of the engine. */
type OpenSession = () => Session;

/**
 * One connection to the engine with its own named pipe. The engine keeps settings, parameters and the current database
 * per connection, so each query sets what it needs and puts back what earlier ones had set.
 */
export class EngineSession {
  readonly pipe: string;
  private session: Session;
  private readonly open: OpenSession;
  private readonly baseline: ReadonlyMap<string, string>;
  private database = 'default';
  /** Settings of the last query. */
  private changed = new Set<string>();
  private knownParams = new Set<string>();
  private tainted = false;

  constructor(open: OpenSession, pipe: string, baseline: ReadonlyMap<string, string>) {
    this.open = open;
    this.pipe = pipe;
    this.baseline = baseline;
    this.session = open();
  }

  async run(sql: string, format = 'TabSeparated'): Promise<ChdbResult> {
    return await this.session.queryAsync(sql, { format });
  }

  /**
   * Gives a query its settings, and puts back what the one before has changed: in one statement, because `SET` costs the
   * engine as much as a small query.
   */
  async configure(needs: SessionNeeds, sql: string): Promise<void> {
    this.refuseStaleParams(needs, sql);
    const database = needs.database ?? 'default';
    const settings = new Map([['log_comment', needs.queryId], ...needs.settings]);
    const own = assignmentsOf(settings, needs.params);
    const back = [...this.changed].filter((name) => !settings.has(name)).map((name) => this.assignBaseline(name));
    await this.use(database);
    try {
      await this.run(`SET ${[...back, ...own].join(', ')}`);
    } catch {
      // What was left behind must not fail this query; a setting of its own that is wrong fails again.
      this.renew();
      this.tainted = true;
      await this.use(database);
      await this.run(`SET ${own.join(', ')}`);
      this.tainted = false;
    }
    this.changed = new Set(settings.keys());
    for (const name of needs.params.keys()) {
      this.knownParams.add(name);
    }
  }

  private async use(database: string): Promise<void> {
    if (database !== this.database) {
      await this.run(`USE ${quoteIdentifier(database)}`);
      this.database = database;
    }
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

  /**
   * After each query. A session whose settings cannot be put back (`readonly=1`, SET) is replaced by a new one. The engine
   * holds on to a query that has failed until the next statement: that comes at once.
   */
  async release({ failed }: { failed: boolean }): Promise<void> {
    if (failed && !this.tainted) {
      await this.run("SET log_comment = ''").catch(() => this.taint());
    }
    if (this.tainted || this.changed.has('readonly')) {
      this.renew();
    }
  }

  close(): void {
    this.session.close();
  }

  private assignBaseline(name: string): string {
    const value = this.baseline.get(name);
    return `${identifier(name)} = ${value === undefined ? 'DEFAULT' : quoteString(value)}`;
  }

  private renew(): void {
    this.session.close();
    this.session = this.open();
    this.database = 'default';
    this.changed = new Set();
    this.knownParams = new Set();
    this.tainted = false;
  }
}

function assignmentsOf(settings: ReadonlyMap<string, string>, params: ReadonlyMap<string, string>): string[] {
  const prefixed = [...params].map(([name, value]) => [`param_${name}`, value] as const);
  return [...settings, ...prefixed].map(([name, value]) => `${identifier(name)} = ${quoteString(value)}`);
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
  private readonly openSession: OpenSession;
  private readonly pipesDir: string;
  private readonly limit: number;

  private constructor(openSession: OpenSession, pipesDir: string, limit: number) {
    this.openSession = openSession;
    this.pipesDir = pipesDir;
    this.limit = limit;
    this.control = openSession();
  }

  static async open(options: {
    path: string;
    pipesDir: string;
    limit: number;
    engineArgs: readonly string[];
  }): Promise<SessionPool> {
    await rm(options.pipesDir, { recursive: true, force: true });
    await mkdir(options.pipesDir, { recursive: true, mode: 0o700 });
    const openSession = (): Session => new Session(options.path, { connectionArgs: [...options.engineArgs] });
    const pool = new SessionPool(openSession, options.pipesDir, options.limit);
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
      const session = new EngineSession(this.openSession, pipe, this.baseline);
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
