import { setTimeout as sleep } from 'node:timers/promises';
import { extname } from 'node:path';
import type { Command } from 'commander';
import type { ApiCall } from '../api.ts';
import { download } from '../download.ts';
import { print, table } from '../output.ts';
import { readPage, withPages, type PageOf, type PageOptions } from '../pages.ts';
import type { CommandContext } from '../register.ts';
import { facts, requestCommands } from '../requests.ts';

interface OnDemand {
  id: string;
  status: string;
  from: string;
  to: string;
  progress: { chunks_done: number; chunks: number; rows_done: number; rows: number } | null;
  run: { rows: number; bytes: number; error: { code: string; message: string; remedy: string | null } | null } | null;
  expires_at: string | null;
  files: { name: string; rows: number; bytes: number; url: string }[];
}

interface OnceOptions {
  from: string;
  to: string;
  output?: string;
  destination?: string;
  name?: string;
  event?: string[];
  exclude?: string[];
  format?: string;
  compression?: string;
  json?: boolean;
}

const LOOK_EVERY_MS = 1_000;
const OPEN = ['queued', 'starting', 'running'];
const FORMATS: Readonly<Record<string, string>> = {
  '.parquet': 'parquet',
  '.jsonl': 'jsonl',
  '.csv': 'csv',
  '.arrow': 'arrow',
};
const PACKED: Readonly<Record<string, string>> = { '.gz': 'gzip', '.zst': 'zstd' };

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
    .option('--name <name>', 'shown in lists')
    .option('--event <name...>', 'only these events')
    .option('--exclude <name...>', 'not these events')
    .option('--format <format>', 'parquet, jsonl, csv or arrow')
    .option('--compression <how>', 'zstd, gzip, snappy, lz4 or none')
    .option('--json', 'print one JSON object at the end')
    .action(async (options: OnceOptions) => exportOnce(context, options));
  withPages(group.command('list').description('the latest on-demand exports, newest first'))
    .option('--json', 'print one JSON object')
    .action(async (options: PageOptions & { json?: boolean }) => {
      const page = await readPage<PageOf<OnDemand>>(context.api(), '/on-demand-exports', options);
      const rows = page.items.map((item) => [
        item.id,
        item.from,
        item.to,
        item.status,
        item.run?.rows,
        item.expires_at,
      ]);
      print(options.json, page, table(['ID', 'FROM', 'TO', 'STATUS', 'ROWS', 'EXPIRES'], rows));
    });
  requestCommands(group, context, [
    { usage: 'show <id>', description: 'how far it is, and its files', path: '/on-demand-exports/{}', text: facts },
  ]);
  for (const [name, method, suffix] of [
    ['cancel', 'POST', '/cancel'],
    ['delete', 'DELETE', ''],
  ] as const) {
    group
      .command(name)
      .description(`${name} an on-demand export`)
      .argument('<id>')
      .option('--json', 'print one JSON object')
      .action(async (id: string, options: { json?: boolean }) => {
        const path = `/on-demand-exports/${encodeURIComponent(id)}${suffix}`;
        print(
          options.json,
          await context.api()(method, path),
          `${id}: ${name === 'cancel' ? 'asked to end' : 'deleted'}`,
        );
      });
  }
}

async function exportOnce({ api, access }: CommandContext, options: OnceOptions): Promise<void> {
  const call = api();
  const started = await call<OnDemand>('POST', '/on-demand-exports', bodyOf(options));
  const ended = await followed(call, started, options.json === true);
  if (ended.status !== 'completed') {
    const { error } = ended.run ?? {};
    throw new Error([`the export ended as ${ended.status}`, error?.message, error?.remedy].filter(Boolean).join('\n'));
  }
  const names = options.output === undefined ? [] : outputNames(options.output, ended.files.length);
  for (const [index, file] of ended.files.entries()) {
    await download(new URL(file.url, access().url).href, names[index] ?? file.name);
  }
  const to = names.length > 0 ? ` in ${names.join(', ')}` : '';
  print(options.json, { ...ended, output: names }, `${String(ended.run?.rows ?? 0)} rows${to}`);
}

async function followed(call: ApiCall, started: OnDemand, quiet: boolean): Promise<OnDemand> {
  let last = '';
  for (let current = started; ; current = await call<OnDemand>('GET', `/on-demand-exports/${started.id}`)) {
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

function bodyOf(options: OnceOptions): Record<string, unknown> {
  const format = options.format ?? formatOf(options.output ?? '');
  const compression = options.compression ?? compressionOf(options.output ?? '', format);
  return {
    ...{ from: options.from, to: options.to },
    ...(options.destination === undefined ? { download: true } : { destination_id: options.destination }),
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(format === undefined ? {} : { format: { file_format: format, compression } }),
    filter: {
      ...(options.event ? { include_events: options.event } : {}),
      ...(options.exclude ? { exclude_events: options.exclude } : {}),
    },
  };
}

/** By the file's ending, also below that of its compression. */
export function formatOf(file: string): string | undefined {
  const plain = PACKED[extname(file)] === undefined ? file : file.slice(0, -extname(file).length);
  return FORMATS[extname(plain)];
}

/** Text is as its ending says, plain without one; Parquet and Arrow are compressed inside. */
export function compressionOf(file: string, format: string | undefined): string {
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
