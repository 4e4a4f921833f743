import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { answer, type ApiClient, type BodyOf, type Schemas } from '../api.ts';
import { print, table } from '../output.ts';
import type { CommandContext } from '../register.ts';

type DryRun = Schemas['DryRun'];

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MAX_CELL = 40;

/** `sluice exports dry-run` */
export function dryRunCommand(exports: Command, { api }: CommandContext): void {
  exports
    .command('dry-run')
    .description('what an export would do, without writing anything; exit code 1 when it could not write')
    .argument('<export-id or file>', 'an export, or a JSON file with what POST /exports takes')
    .option('--rows <n>', 'rows to show, up to 50', '10')
    .option('--json', 'print one JSON object')
    .action(async (target: string, options: { rows: string; json?: boolean }) => {
      const found = await dryRun(api(), target, Number(options.rows));
      print(options.json, found, textOf(found));
      process.exitCode = found.problems.length > 0 ? 1 : 0;
    });
}

async function dryRun(api: ApiClient, target: string, rows: number): Promise<DryRun> {
  if (UUID.test(target)) {
    const params = { path: { id: target } };
    return answer(api.POST('/api/v1/exports/{id}/dry-run', { params, body: { sample_rows: rows } }));
  }
  const settings = JSON.parse(await readFile(target, 'utf8')) as BodyOf<'postExportsDryRun'>;
  return answer(api.POST('/api/v1/exports/dry-run', { body: { ...settings, sample_rows: rows } }));
}

function textOf({ interval_start, interval_end, estimate, columns, ...found }: DryRun): string {
  const rows = columns.map((column) => [
    column.name,
    column.kind,
    column.verdict,
    column.target && `${column.target.name} ${column.target.type}`,
    [...column.changes, ...column.set_aside].join(' '),
  ]);
  return [
    `${interval_start} to ${interval_end}: ${String(estimate.rows)} rows, about ${String(estimate.bytes)} bytes`,
    table(['COLUMN', 'KIND', 'VERDICT', 'BECOMES', 'VALUES CHANGED OR SET ASIDE'], rows),
    ...(found.table?.statements ?? []),
    ...found.problems.map(({ code, message, remedy = '' }) => `${message} (${code})\n${remedy}`),
    ...sampleText(found.sample),
  ].join('\n\n');
}

function sampleText(sample: DryRun['sample']): string[] {
  if (sample === null) {
    return [];
  }
  const aside = sample.records_set_aside.map(
    ({ reason, records }) => `${String(records)} of ${String(sample.records_examined)} records set aside: ${reason}`,
  );
  const rows = sample.rows.map((row) => row.map(shortened));
  return [table(sample.columns, rows), ...aside];
}

function shortened(cell: string | null): string | null {
  const text = cell?.replaceAll(/\s+/g, ' ') ?? null;
  return text !== null && text.length > MAX_CELL ? `${text.slice(0, MAX_CELL - 1)}…` : text;
}
