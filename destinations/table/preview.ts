import type { Column } from '../../core/columns.ts';
import { reasonsOf, type ValueRules } from '../../core/encoding.ts';
import type { SluiceError } from '../../core/errors.ts';
import type { ColumnPreview, Preview, PreviewProblem, ValueChange, Verdict } from '../../core/preview.ts';
import {
  matchColumn,
  planColumns,
  type Fit,
  type PlannedColumn,
  type SchemaPolicy,
  type TablePlan,
  type TableToMatch,
  type TypeRules,
} from './columns.ts';

export interface TableToPreview extends TableToMatch {
  types: TypeRules;
  policy: SchemaPolicy;
  /** Whatever else a run asserts before it changes the table. */
  check?(plan: TablePlan): unknown;
  /** What creates the table, or adds the plan's columns. */
  statements(plan: TablePlan): string[];
}

/** Judges each column alone, so that one that is refused does not hide the others. */
export async function previewTable(model: readonly Column[], table: TableToPreview): Promise<Preview> {
  const columns = model.map((column) => judge(column, table));
  const written = columns.flatMap(({ planned }) => planned ?? []);
  const verdicts = columns.map(({ preview }) => preview);
  const { statements, problems } = await changes(model, table);
  return {
    encoding: {
      fileFormat: 'jsonl',
      compression: 'none',
      columns: written.map(({ source, name, as, rules }) => ({
        source,
        name,
        ...(as !== undefined && { as }),
        ...(rules !== undefined && { rules }),
      })),
    },
    columns: verdicts,
    table: { name: table.name, exists: table.existing !== undefined, statements },
    problems,
  };
}

async function changes(
  model: readonly Column[],
  table: TableToPreview,
): Promise<{ statements: string[]; problems: PreviewProblem[] }> {
  try {
    const plan = planColumns(model, table, table);
    await table.check?.(plan);
    const isChanged = table.existing === undefined || plan.add.length > 0;
    return { statements: isChanged ? table.statements(plan) : [], problems: [] };
  } catch (error) {
    return { statements: [], problems: [problemOf(error)] };
  }
}

function judge(column: Column, table: TableToPreview): { planned?: PlannedColumn; preview: ColumnPreview } {
  const none = { column, changes: [], setAside: [] };
  try {
    const { planned, isNew } = matchColumn(column, table, table);
    if (planned === undefined) {
      return { preview: { ...none, verdict: 'left_out' } };
    }
    const { rules = {}, target } = planned;
    const verdict = verdictOf(column, planned, table.types);
    const values = { changes: changesOf(rules), setAside: reasonsOf(rules) };
    return { planned, preview: { column, target: { ...target, exists: !isNew }, verdict, ...values } };
  } catch (error) {
    return { preview: { ...none, verdict: 'refused', problem: problemOf(error) } };
  }
}

function verdictOf(column: Column, { target, as, rules = {} }: PlannedColumn, types: TypeRules): Verdict {
  if (isCut(column, target.type, as)) {
    return 'truncated';
  }
  const created = types.createType(column);
  if (types.sameType?.(created, target.type) ?? created.toLowerCase() === target.type.toLowerCase()) {
    return 'lossless';
  }
  return isNarrower(rules, types.fit(column, created)?.rules ?? {}) ? 'limited' : 'widened';
}

const DECIMALS_OF_SECONDS = /^(?:date)?time(?:stamp)?[a-z0-9_]*\((\d)/i;
const MICROS = 6;

function isCut({ type }: Column, target: string, as: Fit['as']): boolean {
  if (type.kind !== 'timestamp') {
    return false;
  }
  const written = as === 'timestamp_micros' ? MICROS : type.precision;
  const held = Number(DECIMALS_OF_SECONDS.exec(target)?.[1] ?? type.precision);
  return Math.min(written, held) < type.precision;
}

/** Whether a column refuses what one that Sluice would create takes. */
function isNarrower(rules: ValueRules, created: ValueRules): boolean {
  const limits = ['maxBytes', 'maxChars', 'maxJsonStringBytes', 'maxNumberDigits', 'maxDepth'] as const;
  const lower = limits.some((limit) => (rules[limit] ?? Infinity) < (created[limit] ?? Infinity));
  const bounds = ['number', 'time'] as const;
  const other = bounds.some((bound) => rules[bound] !== undefined && !isEqual(rules[bound], created[bound]));
  return lower || other || (rules.validJson === true && created.validJson !== true);
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function changesOf({ nul, surrogates, nonFinite }: ValueRules): ValueChange[] {
  return [
    ...(nul === 'strip' ? (['nul_removed'] as const) : []),
    ...(surrogates === 'strip' ? (['surrogates_replaced'] as const) : []),
    ...(nonFinite === 'null' ? (['not_finite_null'] as const) : []),
  ];
}

/** Only what is the customer's to mend is a problem of the table; the rest keeps it from being looked at. */
function problemOf(error: unknown): PreviewProblem {
  const { code, message, remedy, fault } = error as Partial<SluiceError>;
  if (code === undefined || message === undefined || fault !== 'customer') {
    throw error;
  }
  return { code, message, ...(remedy !== undefined && { remedy }) };
}
