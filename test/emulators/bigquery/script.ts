import { ApiError, notEmulated } from './api-error.ts';
import { MERGE_ERROR, mergesIn } from './merge-guard.ts';
import { withLiterals } from './parameters.ts';
import { masked, qualifiedName, spliced, TABLE_NAME } from './sql-text.ts';
import type { QueryConfiguration } from './wire.ts';

/** A query as bqemulator gets it, with what the proxy has to know about it. */
export interface PreparedQuery {
  configuration: QueryConfiguration;
  transactional: boolean;
  /** Tables whose rows it updates, deletes or merges: the ones that BigQuery locks. */
  mutatedTables: string[];
  /** Tables that DDL creates or alters: bqemulator's catalogue has to be corrected afterwards. */
  changedTables: string[];
  /** Columns that its DDL declares as BIGNUMERIC, which bqemulator gets as STRING. */
  bigNumericColumns: string[];
  /** To be run before a single MERGE; more than one match is BigQuery's error. In scripts the check is built in. */
  mergeCheck?: string;
}

const BEGIN = /\bBEGIN\s+TRANSACTION\b|\bBEGIN\s*;/i;
const COMMIT = /\bCOMMIT\s+TRANSACTION\b|\bCOMMIT\s*;/i;
const MUTATION = new RegExp(
  String.raw`\b(?:UPDATE|DELETE\s+FROM|DELETE|MERGE\s+INTO|MERGE|TRUNCATE\s+TABLE)\s+(${TABLE_NAME})`,
  'gi',
);
const NOT_A_TABLE = new Set(['SET', 'WHEN', 'FROM', 'INTO']);
const TABLE_DDL = new RegExp(
  String.raw`\b(?:CREATE\s+(?:OR\s+REPLACE\s+)?TABLE|ALTER\s+TABLE)\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?(${TABLE_NAME})`,
  'gi',
);
const PERMANENT_DDL = /\b(?:CREATE\s+(?:OR\s+REPLACE\s+)?TABLE|ALTER\s+TABLE|DROP\s+TABLE)\b/i;

const BIGNUMERIC_COLUMN = /`?(\w+)`?\s+BIGNUMERIC\b/gi;

/** BIGNUMERIC is text here, and DuckDB adds one column at a time. */
function rewritten(sql: string): string {
  const mask = masked(sql);
  const types = [...mask.matchAll(/\bBIGNUMERIC\b/gi)].map(({ index }) => ({ at: index, length: 10, text: 'STRING' }));
  const alter = new RegExp(String.raw`^\s*(ALTER\s+TABLE\s+${TABLE_NAME})\s+ADD\s+COLUMN`, 'i').exec(mask)?.[1];
  const further = alter === undefined ? [] : [...mask.matchAll(/,(?=\s*ADD\s+COLUMN\b)/gi)];
  return spliced(sql, [...types, ...further.map(({ index }) => ({ at: index, length: 1, text: `; ${alter ?? ''}` }))]);
}

/** Throws what BigQuery or this emulator refuses before anything runs. */
export function prepareQuery(configuration: QueryConfiguration, project: string): PreparedQuery {
  const bigNumericColumns = [...masked(configuration.query).matchAll(BIGNUMERIC_COLUMN)].map((match) => match[1] ?? '');
  const query = rewritten(configuration.query);
  return prepareRewritten({ ...configuration, query }, project, bigNumericColumns);
}

function prepareRewritten(
  configuration: QueryConfiguration,
  project: string,
  bigNumericColumns: string[],
): PreparedQuery {
  const mask = masked(configuration.query);
  const transactional = BEGIN.test(mask);
  const isScript = /;\s*\S/.test(mask);
  if (transactional) {
    checkTransaction(mask);
  }
  const merges = mergesIn(configuration.query, mask);
  return {
    configuration: isScript ? preparedScript(configuration, mask, transactional) : configuration,
    transactional,
    mutatedTables: namesIn(mask, MUTATION, project),
    changedTables: namesIn(mask, TABLE_DDL, project),
    bigNumericColumns,
    ...(isScript || merges[0] === undefined ? {} : { mergeCheck: merges[0].countQuery }),
  };
}

function checkTransaction(mask: string): void {
  const inside = mask.slice(mask.search(BEGIN));
  const commit = inside.search(COMMIT);
  if (PERMANENT_DDL.test(commit < 0 ? inside : inside.slice(0, commit))) {
    throw new ApiError('invalidQuery', 'DDL on permanent tables is not supported inside a transaction');
  }
  if (/\bEXCEPTION\s+WHEN\s+ERROR\b/i.test(mask)) {
    throw notEmulated('an exception handler cannot roll a transaction back (bqemulator keeps the changes)');
  }
  if (/\bRETURN\s*;/i.test(mask)) {
    throw notEmulated('RETURN in a script with a transaction');
  }
}

/**
 * Corrections to scripts: parameters, RAISE (bqemulator answers HTTP 500 without the message), MERGE with several
 * matches, and a transaction left open, which BigQuery rolls back and bqemulator would commit.
 */
function preparedScript(configuration: QueryConfiguration, mask: string, transactional: boolean): QueryConfiguration {
  const { query, queryParameters = [], ...rest } = configuration;
  const guards = mergesIn(query, mask).map(({ at, countQuery }) => ({
    at,
    length: 0,
    text: `SELECT IF((${countQuery}) > 1, ERROR('${MERGE_ERROR}'), NULL); `,
  }));
  const raises = [...mask.matchAll(/\bRAISE\s+USING\s+MESSAGE\s*=\s*([^;]*);/gi)].map((match) => {
    const message = query.slice(match.index, match.index + match[0].length - 1).replace(/^[^=]*=/, '');
    return { at: match.index, length: match[0].length, text: `SELECT ERROR(${message});` };
  });
  const corrected = spliced(query, [...guards, ...raises]);
  const closed =
    transactional && !COMMIT.test(mask) ? `${corrected.replace(/;?\s*$/, ';')} ROLLBACK TRANSACTION;` : corrected;
  return { ...rest, query: withLiterals(closed, queryParameters) };
}

function namesIn(mask: string, pattern: RegExp, project: string): string[] {
  const names = [...mask.matchAll(pattern)].map((match) => match[1] ?? '');
  const tables = names.filter((name) => !NOT_A_TABLE.has(name.toUpperCase()));
  return [...new Set(tables.map((name) => qualifiedName(name, project)))];
}
