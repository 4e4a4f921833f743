import { setTimeout as sleep } from 'node:timers/promises';
import { extname } from 'node:path';
import type { Command } from 'commander';
import { answer, type ApiClient, type BodyOf, type Schemas } from '../api.ts';
import { defined } from '../defined.ts';
import { download } from '../download.ts';
import { print, table } from '../output.ts';
import { pageOptions, readPage, type PageOptions } from '../pages.ts';
import type { CommandContext } from '../register.ts';
import { facts, requestsOf } from '../requests.ts';

type OnDemand = Schemas['OnDemandExport'];
type Body = BodyOf<'postOnDemandExports'>;
type FileFormat = NonNullable<OnDemand['format']>['file_format'];
type Compression = NonNullable<OnDemand['format']>['compression'];

interface OnceOptions {
  from: string;
  to: string;
  output?: string;
  destination?: string;
  fromExport?: string;
  name?: string;
  event?: string[];
  exclude?: string[];
  format?: FileFormat;
  compression?: Compression;
  json?: boolean;
}

const LOOK_EVERY_MS = 1_000;
const OPEN = ['queued', 'starting', 'running'];
const FORMATS: Readonly<Record<string, FileFormat>> = {
  '.parquet': 'parquet',
  '.jsonl': 'jsonl',
  '.csv': 'csv',
  '.arrow': 'arrow',
};
const PACKED: Readonly<Record<string, Compression>> = { '.gz': 'gzip', '.zst': 'zstd' };

/** `sluice export once` and what belongs to it. */
export function onDemandCommands(program: Command, context: CommandContext): void {
  const group = program.command('export').description('exports of one range, once, without a schedule');
  group
    .command('once')
    .description('export a range to a file here, or to a destination; follows it to its end')
    .requiredOption('--from <time>', 'ingestion time, RFC 3339')
    .requiredOption('--to <time>', 'up to which, exclusive')
    .option('--output <file>', 'download to this file; its ending chooses the format: .parquet, .csv.gz, …')
    .option('--destination <id>', 'export to this destination instead')
    .option('--from-export <id>', 'with the settings of this export, privacy included; what is said here goes first')
    .option('--name <name>', 'shown in lists')
    .option('--event <name...>', 'only these events')
    .option('--exclude <name...>', 'not these events')
    .option('--format <format>', 'parquet, jsonl, csv or arrow')
    .option('--compression <how>', 'zstd, gzip, snappy, lz4 or none')
    .option('--json', 'print one JSON object at the end')
    .action(async (options: OnceOptions) => exportOnce(context, options));
  const add = requestsOf(group, context);
  add({
    usage: 'list',
    description: 'the latest on-demand exports, newest first',
    options: pageOptions(),
    ask: (api, _given, options: PageOptions) =>
      readPage(options, (query) => answer(api.GET('/api/v1/on-demand-exports', { params: { query } }))),
    text: ({ items }) => listText(items),
  });
  add({
    usage: 'show <id>',
    description: 'how far it is, and its files',
    ask: (api, [id]) => answer(api.GET('/api/v1/on-demand-exports/{id}', { params: { path: { id } } })),
    text: facts,
  });
  add({
    usage: 'cancel <id>',
    description: 'cancel an on-demand export',
    ask: (api, [id]) => answer(api.POST('/api/v1/on-demand-exports/{id}/cancel', { params: { path: { id } } })),
    text: (_answer, [id]) => `${id}: asked to end`,
  });
  add({
    usage: 'delete <id>',
    description: 'delete an on-demand export',
    ask: (api, [id]) => answer(api.DELETE('/api/v1/on-demand-exports/{id}', { params: { path: { id } } })),
    text: (_answer, [id]) => `${id}: deleted`,
  });
}

function listText(items: readonly OnDemand[]): string {
  return table(
    ['ID', 'FROM', 'TO', 'STATUS', 'ROWS', 'EXPIRES'],
    items.map((item) => [item.id, item.from, item.to, item.status, item.run?.rows, item.expires_at]),
  );
}

async function exportOnce(context: CommandContext, options: OnceOptions): Promise<void> {
  const api = context.api();
  const started = await answer(api.POST('/api/v1/on-demand-exports', { body: bodyOf(options) }));
  const ended = await followed(api, started, options.json === true);
  if (ended.status !== 'completed') {
    const { error } = ended.run ?? {};
    throw new Error([`the export ended as ${ended.status}`, error?.message, error?.remedy].filter(Boolean).join('\n'));
  }
  const names = options.output === undefined ? [] : outputNames(options.output, ended.files.length);
  for (const [index, file] of ended.files.entries()) {
    await download(api, file.url, names[index] ?? file.name);
  }
  const to = names.length > 0 ? ` in ${names.join(', ')}` : '';
  print(options.json, { ...ended, output: names }, `${String(ended.run?.rows ?? 0)} rows${to}`);
}

async function followed(api: ApiClient, started: OnDemand, quiet: boolean): Promise<OnDemand> {
  const params = { path: { id: started.id } };
  let last = '';
  for (let current = started; ; current = await answer(api.GET('/api/v1/on-demand-exports/{id}', { params }))) {
    const text = progressText(current);
    if (!quiet && text !== last) {
      console.error(text);
      last = text;
    }
    if (!OPEN.includes(current.status)) {
      return current;
    }
    await sleep(LOOK_EVERY_MS);
  }
}

function progressText({ id, status, progress }: OnDemand): string {
  const parts = progress ? `, ${String(progress.rows_done)} of ${String(progress.rows)} rows` : '';
  return `${id}: ${status}${parts}`;
}

function bodyOf(options: OnceOptions): Body {
  const format = options.format ?? formatOf(options.output ?? '');
  const compression = options.compression ?? compressionOf(options.output ?? '', format);
  return {
    ...{ from: options.from, to: options.to },
    ...(options.destination === undefined ? { download: true } : { destination_id: options.destination }),
    ...defined({ name: options.name }),
    ...(format === undefined ? {} : { format: { file_format: format, compression } }),
    ...defined({ from_export: options.fromExport }),
    // In place of that of the export it is made from.
    ...(options.event === undefined && options.exclude === undefined
      ? {}
      : { filter: defined({ include_events: options.event, exclude_events: options.exclude }) }),
  };
}

/** By the file's ending, also below that of its compression. */
export function formatOf(file: string): FileFormat | undefined {
  const plain = PACKED[extname(file)] === undefined ? file : file.slice(0, -extname(file).length);
  return FORMATS[extname(plain)];
}

/** Text is as its ending says, plain without one; Parquet and Arrow are compressed inside. */
export function compressionOf(file: string, format: FileFormat | undefined): Compression {
  return PACKED[extname(file)] ?? (format === 'jsonl' || format === 'csv' ? 'none' : 'zstd');
}

/** Several files when the range has more rows than fit one: `a.parquet` becomes `a-1.parquet`, `a-2.parquet`. */
export function outputNames(output: string, count: number): string[] {
  if (count <= 1) {
    return [output];
  }
  const packed = PACKED[extname(output)] === undefined ? '' : extname(output);
  const plain = output.slice(0, output.length - packed.length);
  const ending = `${extname(plain)}${packed}`;
  const stem = output.slice(0, output.length - ending.length);
  return Array.from({ length: count }, (_, index) => `${stem}-${String(index + 1)}${ending}`);
}
