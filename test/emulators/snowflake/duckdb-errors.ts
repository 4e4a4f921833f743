import { decodeName } from './sql/names.ts';
import { SnowflakeFailure } from './errors.ts';

type Rule = [pattern: RegExp, code: string, sqlState: string, text: (match: RegExpExecArray) => string];

const group = (match: RegExpExecArray, index: number) => match[index] ?? '';

/** How DuckDB words what Snowflake answers with a code of its own; the first that matches wins. */
const RULES: Rule[] = [
  // Raised on purpose by the macros of `macros.ts`.
  [/SNOWFLAKE:(\d{6}):(\w{5}):([^]*)$/, '', '', (match) => group(match, 3)],
  // Another session has dropped the table since its name was looked up.
  [
    /Table with name \S+ does not exist/,
    '002003',
    '42S02',
    () => 'SQL compilation error:\nTable does not exist or not authorized.',
  ],
  [/INTERRUPT|Interrupted/, '000604', '57014', () => 'SQL execution canceled'],
  [
    /syntax error at or near "([^"]*)"/,
    '001003',
    '42000',
    (match) => `SQL compilation error:\nsyntax error line 1 at position 0 unexpected '${group(match, 1)}'.`,
  ],
  [
    /Referenced (?:column|table) "([^"]*)" (?:was )?not found|does not have a column named "([^"]*)"|column with name "?([^" ]*)"? /,
    '000904',
    '42000',
    (match) =>
      `SQL compilation error: error line 1 at position 0\ninvalid identifier '${decodeName(match[1] ?? match[2] ?? group(match, 3))}'`,
  ],
  [
    /Scalar Function with name (\S+) does not exist/,
    '002140',
    '42601',
    (match) => `SQL compilation error:\nUnknown function ${group(match, 1).toUpperCase()}`,
  ],
  [
    /No function matches the given name and argument types '([^']*)'/,
    '001044',
    '42P13',
    (match) => `SQL compilation error:\nInvalid argument types for function '${group(match, 1)}'`,
  ],
  [/NOT NULL constraint failed: .*\.(\S+)/, '100072', '22000', () => 'NULL result in a non-nullable column'],
  [/CHECK constraint failed/, '100078', '22000', () => 'String is too long and would be truncated'],
  [
    /Ambiguous reference to column name "([^"]*)"/,
    '002028',
    '42601',
    (match) => `SQL compilation error:\nambiguous column name '${decodeName(group(match, 1))}'`,
  ],
  // That is what the text of a TIMESTAMP_NS fails with; no Snowflake type is a BIGINT here.
  [
    /Could not convert string '([^']*)' to INT64/,
    '100035',
    '22007',
    (match) => `Timestamp '${group(match, 1)}' is not recognized`,
  ],
  [
    /Could not convert string '([^']*)' to BOOL/,
    '100037',
    '22018',
    (match) => `Boolean value '${group(match, 1)}' is not recognized`,
  ],
  [
    /Could not convert string ["']([^"']*)["'] to/,
    '100038',
    '22018',
    (match) => `Numeric value '${group(match, 1)}' is not recognized`,
  ],
  [
    /invalid timestamp field format: "([^"]*)"|timestamp field value out of range: "([^"]*)"/,
    '100035',
    '22007',
    (match) => `Timestamp '${match[1] ?? group(match, 2)}' is not recognized`,
  ],
  [
    /invalid date field format: "([^"]*)"|date field value out of range: "([^"]*)"/,
    '100040',
    '22007',
    (match) => `Date '${match[1] ?? group(match, 2)}' is not recognized`,
  ],
  [
    /Failed to cast value to \w+: (.*)/,
    '100071',
    '22000',
    (match) => `Failed to cast variant value ${group(match, 1)}`,
  ],
  [/out of range|Could not cast value .* to DECIMAL|Overflow/, '100039', '22003', () => 'Numeric value out of range'],
  [/Malformed JSON/, '100069', '22P02', () => 'Error parsing JSON'],
];

/** The Snowflake error for what DuckDB threw; what no rule knows is an internal error, which a client may retry. */
export function fromDuckDb(error: unknown): SnowflakeFailure {
  if (error instanceof SnowflakeFailure) {
    return error;
  }
  const message = error instanceof Error ? error.message : String(error);
  for (const [pattern, code, sqlState, text] of RULES) {
    const match = pattern.exec(message);
    if (match !== null) {
      return new SnowflakeFailure(code || group(match, 1), sqlState || group(match, 2), text(match));
    }
  }
  return new SnowflakeFailure('000603', 'XX000', `SQL execution internal error: ${message.split('\n')[0] ?? ''}`);
}
