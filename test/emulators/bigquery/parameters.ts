import { notEmulated } from './api-error.ts';
import { masked, spliced } from './sql-text.ts';
import type { QueryParameter } from './wire.ts';

const BARE = new Set(['INT64', 'INTEGER', 'FLOAT64', 'FLOAT', 'BOOL', 'BOOLEAN']);

/**
 * A script with its named parameters written out as literals: bqemulator binds parameters in single statements only.
 * So injection through a parameter cannot be tested with scripts here.
 */
export function withLiterals(sql: string, parameters: QueryParameter[]): string {
  const names = [...masked(sql).matchAll(/(?<!@)@([A-Za-z_]\w*)/g)];
  const edits = names.map((match) => ({ at: match.index, length: match[0].length, text: literalOf(match[1] ?? '') }));
  return spliced(sql, edits);

  function literalOf(name: string): string {
    const parameter = parameters.find((candidate) => candidate.name?.toLowerCase() === name.toLowerCase());
    if (parameter === undefined) {
      throw notEmulated(`query parameter @${name} has no value`);
    }
    return literal(parameter);
  }
}

function literal({ parameterType, parameterValue }: QueryParameter): string {
  if (parameterType.type === 'ARRAY') {
    const element = parameterType.arrayType?.type ?? 'STRING';
    return `[${(parameterValue.arrayValues ?? []).map(({ value }) => scalar(element, value)).join(', ')}]`;
  }
  return scalar(parameterType.type, parameterValue.value);
}

function scalar(type: string, value: string | null | undefined): string {
  if (value === null || value === undefined) {
    return `CAST(NULL AS ${type})`;
  }
  if (BARE.has(type)) {
    return value;
  }
  return type === 'STRING' ? quoted(value) : `${type} ${quoted(value)}`;
}

function quoted(value: string): string {
  const escaped = value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `'${escaped}'`;
}
