import { z } from 'zod';
import { REJECT_REASONS } from '../core/encoding.ts';
import { VALUE_CHANGES, VERDICTS, type ColumnPreview, type DryRunReport, type RowSample } from '../core/preview.ts';
import { MICROS_PER_MS, type MicrosRange } from '../core/time.ts';
import { timestamp } from './schemas.ts';

const problem = z.object({ code: z.string(), message: z.string(), remedy: z.string().optional() });

const columnSchema = z.object({
  name: z.string(),
  kind: z.string().describe('text, json, uuid, bool, integer, decimal, float, date, timestamp or nested.'),
  nullable: z.boolean(),
  verdict: z.enum(VERDICTS).describe('docs/models.md says what each means.'),
  target: z
    .object({ name: z.string(), type: z.string(), exists: z.boolean() })
    .nullable()
    .describe('The column of the table, or of the file.'),
  changes: z.array(z.enum(VALUE_CHANGES)).describe('What is changed in values that the column cannot hold.'),
  set_aside: z.array(z.enum(REJECT_REASONS)).describe('For what records may be set aside.'),
  problem: problem.nullable(),
});

const sampleSchema = z.object({
  from: timestamp,
  to: timestamp,
  columns: z.array(z.string()),
  rows: z.array(z.array(z.string().nullable())).describe('Values as text, every digit and character of them.'),
  cells_cut: z.number().int().describe('Cells of more than 16,384 characters; they end in …'),
  records_examined: z.number().int(),
  records_set_aside: z.array(z.object({ reason: z.string(), records: z.number().int() })),
});

export const dryRunSchema = z
  .object({
    destination_kind: z.string(),
    interval_start: timestamp,
    interval_end: timestamp,
    estimate: z
      .object({ rows: z.number().int(), bytes: z.number().int() })
      .describe('Of that interval: stored rows, duplicates included; bytes before they are encoded and packed.'),
    columns: z.array(columnSchema),
    table: z
      .object({
        name: z.string(),
        exists: z.boolean(),
        statements: z
          .array(z.string())
          .describe('What a run would create or change; empty when a problem comes first.'),
      })
      .nullable()
      .describe('null: there is no table, or it could not be looked at.'),
    problems: z.array(problem).describe('What would keep a run from writing, as far as that can be found out.'),
    sample: sampleSchema.nullable().describe('null: the destination could not be looked at.'),
  })
  .meta({ id: 'DryRun' });

export function dryRunView(report: DryRunReport): z.output<typeof dryRunSchema> {
  const [start, end] = moments(report.range);
  return {
    destination_kind: report.destinationKind,
    interval_start: start,
    interval_end: end,
    estimate: { rows: report.estimate.rows, bytes: Math.round(report.estimate.bytes) },
    columns: report.columns.map(columnView),
    table: report.table,
    problems: report.problems,
    sample: report.sample && sampleView(report.sample),
  };
}

function columnView({ column, ...preview }: ColumnPreview): z.output<typeof columnSchema> {
  return {
    name: column.name,
    kind: column.type.kind,
    nullable: column.nullable,
    verdict: preview.verdict,
    target: preview.target ?? null,
    changes: preview.changes,
    set_aside: preview.setAside,
    problem: preview.problem ?? null,
  };
}

function sampleView(sample: RowSample): z.output<typeof sampleSchema> {
  const [from, to] = moments(sample.range);
  return {
    ...{ from, to, columns: sample.columns, rows: sample.rows },
    cells_cut: sample.cut,
    records_examined: sample.examined,
    records_set_aside: sample.setAside,
  };
}

function moments({ startMicros, endMicros }: MicrosRange): [start: string, end: string] {
  const text = (micros: number): string => new Date(micros / MICROS_PER_MS).toISOString();
  return [text(startMicros), text(endMicros)];
}
