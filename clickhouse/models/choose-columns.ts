import type { ColumnChoice } from '../../core/column-choice.ts';
import { SluiceError } from '../../core/errors.ts';
import type { ModelColumn } from '../../core/models.ts';
import { hashesAnything, type PrivacyRules } from '../../core/privacy.ts';
import type { RedactionTools } from '../json/redact.ts';
import { binding, columnRules, lazyHash } from '../privacy-rules.ts';
import { quoteName } from '../sql.ts';
import { sourceSql, type TypedSql } from './column-sources.ts';
import type { ExportModel } from './model.ts';

/** What an export's settings say about its columns. */
export interface ColumnSettings {
  /** Null: every column of the model. */
  columns: readonly ColumnChoice[] | null;
  privacy: PrivacyRules | null;
}

/**
 * The model with the columns that the settings choose, after their privacy rules. `hashKey` is the team's, for settings
 * of which `needsHashKey` is true. Key and version follow their columns to the names chosen for them; a key that is not
 * given away as it is, whole, is none.
 */
export function chooseColumns(model: ExportModel, settings: ColumnSettings, hashKey: Buffer | undefined): ExportModel {
  const { columns: choices, privacy } = settings;
  if (choices === null && privacy === null) {
    return model;
  }
  const params: Record<string, unknown> = { ...model.params };
  const bind = binding('column', params);
  const hash = lazyHash(hashKey, bind);
  const base = privateColumns(model.columns, privacy, { bind, hash });
  if (choices === null) {
    return { ...model, columns: base, params };
  }
  const column = (name: string): TypedSql => knownColumn(base, name);
  const columns = choices.map(({ name, from }) => ({ name, ...sourceSql(from, { bind, hash, column }) }));
  return { ...model, columns, params, ...chosenKey(model, choices) };
}

export function needsHashKey({ columns, privacy }: ColumnSettings): boolean {
  return (columns ?? []).some(({ from }) => from.kind === 'hash') || (privacy !== null && hashesAnything(privacy));
}

function chosenKey(
  { key, versionColumn }: ExportModel,
  choices: readonly ColumnChoice[],
): Pick<ExportModel, 'key' | 'versionColumn'> {
  const nameOf = (column: string): string | undefined =>
    choices.find(({ from }) => from.kind === 'column' && from.column === column)?.name;
  const names = key.map(nameOf).filter((name) => name !== undefined);
  return {
    key: names.length === key.length ? names : [],
    versionColumn: versionColumn === undefined ? undefined : nameOf(versionColumn),
  };
}

/** The model's own columns as the rules let them out. */
function privateColumns(
  columns: readonly ModelColumn[],
  privacy: PrivacyRules | null,
  tools: RedactionTools,
): ModelColumn[] {
  const rules = privacy === null ? {} : columnRules(privacy, tools);
  return columns.map((column) => {
    const rule = rules[column.name];
    return rule === undefined ? column : { ...column, sql: rule(column.sql ?? quoteName(column.name)) };
  });
}

function knownColumn(columns: readonly ModelColumn[], name: string): TypedSql {
  const column = columns.find((candidate) => candidate.name === name);
  if (column === undefined) {
    throw new SluiceError({
      code: 'export_column_invalid',
      message: `the model has no column ${name}`,
      retryable: false,
      fault: 'customer',
      remedy: `Choose from: ${columns.map((known) => known.name).join(', ')}.`,
    });
  }
  const { type, nullable, sql } = column;
  return { type, nullable, sql: sql ?? quoteName(name) };
}
