import { SluiceError } from '../core/errors.ts';
import { dateOfMicros, type MicrosRange } from '../core/time.ts';
import { compactTime, LONGEST_NAME_BYTES } from './keys.ts';

/** S3's limit for a whole key; a local path of that length is fine too. */
export const MAX_KEY_BYTES = 1_024;

/** Default of file-like destinations: small folders, and a layout that a person can find a day in. */
export const DEFAULT_PREFIX = '{table}/{year}/{month}/{day}';

/** What a prefix template may name. Dates are those of the interval's start in UTC: its rows belong to that day. */
export interface PrefixValues {
  interval: MicrosRange;
  /** Model name. */
  table: string;
  exportId: string;
}

const VARIABLES = {
  year: (values: PrefixValues) => startPart(values, 0, 4),
  month: (values: PrefixValues) => startPart(values, 5, 7),
  day: (values: PrefixValues) => startPart(values, 8, 10),
  hour: (values: PrefixValues) => startPart(values, 11, 13),
  minute: (values: PrefixValues) => startPart(values, 14, 16),
  second: (values: PrefixValues) => startPart(values, 17, 19),
  interval_start: (values: PrefixValues) => compactTime(values.interval.startMicros),
  interval_end: (values: PrefixValues) => compactTime(values.interval.endMicros),
  table: (values: PrefixValues) => values.table,
  export_id: (values: PrefixValues) => values.exportId,
};
type Variable = keyof typeof VARIABLES;
export const PREFIX_VARIABLES = Object.keys(VARIABLES) as readonly Variable[];

const SAMPLE: PrefixValues = {
  interval: { startMicros: 1_700_000_000_000_001, endMicros: 1_700_000_000_000_002 },
  table: 'x'.repeat(64),
  exportId: '00000000-0000-4000-8000-000000000000',
};

function startPart(values: PrefixValues, from: number, to: number): string {
  return dateOfMicros(values.interval.startMicros).toISOString().slice(from, to);
}

function isVariable(name: string): name is Variable {
  return Object.hasOwn(VARIABLES, name);
}

/** A value becomes part of a path, so it may not bring separators or dots of its own. */
function safeValue(value: string): string {
  return value.replaceAll(/[^A-Za-z0-9_.=-]/g, '_').replaceAll('..', '__');
}

function substitute(template: string, values: PrefixValues): string {
  const text = template.replaceAll(/\{([^{}]*)\}/g, (_match, name: string) =>
    isVariable(name) ? safeValue(VARIABLES[name](values)) : '',
  );
  return text.endsWith('/') ? text.slice(0, -1) : text;
}

function templateProblem(template: string): string | undefined {
  for (const [, name] of template.matchAll(/\{([^{}]*)\}/g)) {
    if (!isVariable(name ?? '')) {
      return `{${name ?? ''}} is not a variable; known are ${PREFIX_VARIABLES.map((known) => `{${known}}`).join(' ')}`;
    }
  }
  return /[{}]/.test(template.replaceAll(/\{[^{}]*\}/g, '')) ? 'a brace has no partner' : undefined;
}

function pathProblem(path: string): string | undefined {
  if (path.startsWith('/')) {
    return 'it must not begin with "/"';
  }
  if (/[\\\u0000-\u001f\u007f]/.test(path)) {
    return 'it must not contain a backslash or a control character';
  }
  const segments = path === '' ? [] : path.split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    return 'it must not contain an empty segment, "." or ".."';
  }
  const limit = MAX_KEY_BYTES - LONGEST_NAME_BYTES;
  return Buffer.byteLength(path) > limit
    ? `with its variables filled in it must fit ${String(limit)} bytes`
    : undefined;
}

/** What is wrong with a prefix template, or undefined. Literal text such as `year={year}` is free. */
export function prefixProblem(template: string): string | undefined {
  return templateProblem(template) ?? pathProblem(substitute(template, SAMPLE));
}

/** Fills in a template; the result has no slash at either end and may be empty. */
export function renderPrefix(template: string, values: PrefixValues): string {
  const prefix = substitute(template, values);
  const problem = templateProblem(template) ?? pathProblem(prefix);
  if (problem !== undefined) {
    throw new SluiceError({
      code: 'destination_prefix_invalid',
      message: `prefix: ${problem}`,
      retryable: false,
      fault: 'customer',
      remedy: 'Correct the prefix of the destination.',
    });
  }
  return prefix;
}
