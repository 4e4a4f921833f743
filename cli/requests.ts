import { Option, type Command } from 'commander';
import type { ApiClient } from './api.ts';
import { print, table, type Cell } from './output.ts';
import { pageOptions } from './pages.ts';
import type { CommandContext } from './register.ts';

/** The arguments of a command, as its usage names them: of `retry <id> <uuids...>` a text and a list of texts. */
type Given<Usage extends string> = Usage extends `${string}<${infer Name}>${infer Rest}`
  ? [Name extends `${string}...` ? string[] : string, ...Given<Rest>]
  : [];

/** A command that asks the API once. `Options` are what its `ask` says of them. */
export interface RequestCommand<Usage extends string, Options, Answer extends object> {
  /** As in help: `show <export-id>`. */
  usage: Usage;
  description: string;
  options?: readonly Option[];
  ask(api: ApiClient, given: Given<Usage>, options: Options): Promise<Answer>;
  /** For people. */
  text(answer: Answer, given: Given<Usage>): string;
}

export type AddRequest = <Usage extends string, Options, Answer extends object>(
  command: RequestCommand<Usage, Options, Answer>,
) => void;

export const FROM = new Option('--from <time>', 'RFC 3339');
export const TO = new Option('--to <time>', 'RFC 3339, excluded; default: now');

export interface Range {
  from?: string;
  to?: string;
}

/** Of lists that may be long. */
export const FINDING: readonly Option[] = [
  ...pageOptions(),
  new Option('--q <text>', 'only what has this text in its name, in any case; the API says in what else'),
  new Option('--kind <kind>', 'only of this kind, such as s3'),
  new Option('--health <health>', 'only of this health, such as failing; the API says which there are'),
];

/** The same for lists of what can be paused. */
export const FINDING_RUNNING: readonly Option[] = [
  ...FINDING,
  new Option('--status <status>', 'active, or paused; of exports also paused_auto: by Sluice'),
];

/** Adds commands to a group, each with `--json`. */
export function requestsOf(group: Command, { api }: Pick<CommandContext, 'api'>): AddRequest {
  return <Usage extends string, Options, Answer extends object>({
    usage,
    description,
    options = [],
    ask,
    text,
  }: RequestCommand<Usage, Options, Answer>): void => {
    const command = group.command(usage).description(description);
    options.forEach((option) => command.addOption(option));
    command.option('--json', 'print one JSON object').action(async (...all: unknown[]) => {
      // Commander passes the arguments, then the options, then the command.
      const given = all.slice(0, -2) as Given<Usage>;
      const said = all.at(-2) as Options & { json?: boolean };
      const answer = await ask(api(), given, said);
      print(said.json, answer, text(answer, given));
    });
  };
}

/** A table: columns by their names in the API. */
export function listed<Row extends object>(rows: readonly Row[], columns: readonly (keyof Row & string)[]): string {
  const titles = columns.map((name) => name.replaceAll('_', ' ').toUpperCase());
  return rows.length === 0
    ? 'nothing'
    : table(
        titles,
        rows.map((row) => columns.map((name) => cellOf(row[name]))),
      );
}

/** Every field of the answer, one a line. */
export function facts(answer: object): string {
  return table(
    ['FIELD', 'VALUE'],
    Object.entries(answer).map(([name, value]) => [name, cellOf(value)]),
  );
}

function cellOf(value: unknown): Cell {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : (value as Cell);
}
