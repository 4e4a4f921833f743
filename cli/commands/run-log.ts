import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { answer, type AnswerOf, type ApiClient, type QueryOf } from '../api.ts';
import { defined } from '../defined.ts';
import type { CommandContext } from '../register.ts';

type Page = AnswerOf<'getRunsByIdLog'>;
type Line = Page['items'][number];
type Level = NonNullable<QueryOf<'getRunsByIdLog'>['level']>;

interface LogOptions {
  level: Level;
  follow?: boolean;
  json?: boolean;
}

const PAGE = 100;
const POLL_MS = 1_000;
/** Workers store their lines about once a second: a line may appear before an earlier one of another worker. */
const OVERLAP_MS = 5_000;

/** `sluice runs log`: with `--json` one JSON object per line of the log. */
export function runLogCommand(runs: Command, { api }: CommandContext): void {
  runs
    .command('log')
    .description('what happened in a run, oldest first')
    .argument('<run-id>')
    .option('--level <level>', 'this and everything more important: debug, info, warn, error', 'debug')
    .option('--follow', 'go on until the run has ended')
    .option('--json', 'print one JSON object per line')
    .action(async (runId: string, options: LogOptions) => {
      const show = (line: Line): void => {
        console.log(options.json === true ? JSON.stringify(line) : lineText(line));
      };
      const log = new FollowedLog(api(), runId, options.level);
      await log.read(show);
      while (options.follow === true && !(await ended(api(), runId))) {
        await sleep(POLL_MS);
        await log.read(show);
      }
      if (options.follow === true) {
        // The run's last lines may have been stored after its status.
        await sleep(2 * POLL_MS);
        await log.read(show);
      }
    });
}

/** Reads on from where it was, a little earlier, and shows each line once. */
class FollowedLog {
  readonly #page: (cursor: string | undefined) => Promise<Page>;
  readonly #shown = new Set<string>();
  #lines: Line[] = [];

  constructor(api: ApiClient, id: string, level: Level) {
    this.#page = (cursor) => {
      const query = { limit: String(PAGE), level, ...defined({ cursor }) };
      return answer(api.GET('/api/v1/runs/{id}/log', { params: { path: { id }, query } }));
    };
  }

  async read(show: (line: Line) => void): Promise<void> {
    for (let cursor: string | null | undefined = this.#restart(); cursor !== null;) {
      const page: Page = await this.#page(cursor);
      for (const line of page.items.filter(({ id }) => !this.#shown.has(id))) {
        this.#shown.add(line.id);
        this.#lines.push(line);
        show(line);
      }
      cursor = page.next_cursor;
    }
  }

  /** The newest line that is older than the overlap; undefined: from the beginning. */
  #restart(): string | undefined {
    const newestMs = Math.max(0, ...this.#lines.slice(-PAGE).map((line) => Date.parse(line.logged_at)));
    const settled = this.#lines.filter((line) => Date.parse(line.logged_at) < newestMs - OVERLAP_MS);
    return settled.at(-1)?.id;
  }
}

async function ended(api: ApiClient, id: string): Promise<boolean> {
  const run = await answer(api.GET('/api/v1/runs/{id}', { params: { path: { id } } }));
  return run.finished_at !== null;
}

function lineText({ logged_at, level, message, fields }: Line): string {
  const remedy = typeof fields['remedy'] === 'string' ? ` → ${fields['remedy']}` : '';
  return `${logged_at} ${level.padEnd(5)} ${message}${remedy}`;
}
