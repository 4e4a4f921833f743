import { Option, type Command } from 'commander';
import type { ApiCall } from './api.ts';
import { print, table, type Cell } from './output.ts';
import { pageOptions, readPage, type PageOf, type PageOptions } from './pages.ts';
import type { CommandContext } from './register.ts';

type Options = Record<string, string | boolean | undefined>;
type Answer = Record<string, unknown>;

/** A command that is one request to the API. */
export interface RequestCommand {
  /** As in help: `show <export-id>`. Arguments fill the path in their order. */
  usage: string;
  description: string;
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** `/exports/{}/stats`; arguments that it has no place for are for the body. */
  path: string;
  options?: readonly Option[];
  /** Options that are sent in the query, under their name. */
  query?: readonly string[];
  /** Absent: none is sent. */
  body?: (options: Options, given: readonly string[]) => unknown;
  /** Whether it answers a list page by page: it gets `--limit`, `--cursor` and `--all`. */
  paged?: boolean;
  /** For people; `given` are the arguments. */
  text(answer: Answer, given: readonly string[]): string;
}

export const FROM = new Option('--from <time>', 'RFC 3339');
export const TO = new Option('--to <time>', 'RFC 3339, excluded; default: now');

/** Of lists that may be long. */
export const FINDING = {
  paged: true,
  options: [
    new Option('--q <text>', 'only what has this text in its name, in any case; the API says in what else'),
    new Option('--kind <kind>', 'only of this kind, such as s3'),
    new Option('--health <health>', 'only of this health, such as failing; the API says which there are'),
  ],
  query: ['q', 'kind', 'health'],
} as const;

/** The same for lists of what can be paused. */
export const FINDING_RUNNING = {
  ...FINDING,
  options: [
    ...FINDING.options,
    new Option('--status <status>', 'active, or paused; of exports also paused_auto: by Sluice'),
  ],
  query: [...FINDING.query, 'status'],
} as const;

/** Adds commands to a group, each with `--json`. */
export function requestCommands(
  group: Command,
  { api }: Pick<CommandContext, 'api'>,
  commands: readonly RequestCommand[],
): void {
  for (const spec of commands) {
    const command = group.command(spec.usage).description(spec.description);
    [...(spec.paged === true ? pageOptions() : []), ...(spec.options ?? [])].forEach((option) =>
      command.addOption(option),
    );
    command.option('--json', 'print one JSON object').action(async (...all: unknown[]) => {
      // Commander passes the arguments, then the options, then the command.
      const given = all.slice(0, -2) as string[];
      const options = all.at(-2) as Options;
      const answer = (await carryOut(api(), spec, { given, options })) ?? {};
      print(options['json'] === true, answer, spec.text(answer, given));
    });
  }
}

async function carryOut(
  api: ApiCall,
  { method = 'GET', path, query = [], paged = false, body }: RequestCommand,
  { given, options }: { given: readonly string[]; options: Options },
): Promise<Answer | undefined> {
  const rest = [...given];
  const filled = path.replaceAll('{}', () => encodeURIComponent(rest.shift() ?? ''));
  const set = query.flatMap((name): [string, string][] => {
    const value = options[name];
    return value === undefined ? [] : [[snakeCase(name), String(value)]];
  });
  if (paged) {
    const page = options as unknown as PageOptions;
    return readPage<Answer & Partial<PageOf<unknown>>>(api, filled, page, Object.fromEntries(set));
  }
  const suffix = set.length === 0 ? '' : `?${new URLSearchParams(set).toString()}`;
  return api<Answer | undefined>(method, `${filled}${suffix}`, body?.(options, given));
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A table of the answer's list: columns by their names in the API. */
export function listed(columns: readonly string[], list = 'items'): RequestCommand['text'] {
  return (answer) => {
    const rows = (answer[list] ?? []) as Answer[];
    const titles = columns.map((name) => name.replaceAll('_', ' ').toUpperCase());
    return rows.length === 0
      ? 'nothing'
      : table(
          titles,
          rows.map((row) => columns.map((name) => cellOf(row[name]))),
        );
  };
}

/** Every field of the answer, one a line. */
export function facts(answer: Answer): string {
  return table(
    ['FIELD', 'VALUE'],
    Object.entries(answer).map(([name, value]) => [name, cellOf(value)]),
  );
}

function cellOf(value: unknown): Cell {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : (value as Cell);
}
