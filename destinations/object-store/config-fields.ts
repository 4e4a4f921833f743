import { z } from 'zod';
import { DEFAULT_PREFIX, prefixProblem } from '../prefix.ts';

function endpointProblem(value: string): string | undefined {
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    return 'it is not a URL';
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return 'it must begin with https:// or http://';
  }
  return url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== ''
    ? 'it must not contain credentials, a query or a fragment'
    : undefined;
}

/** Turns a function that explains a problem into a zod check with that explanation. */
export function explained(
  problemOf: (value: string) => string | undefined,
): (context: z.core.ParsePayload<string>) => void {
  return (context) => {
    const problem = problemOf(context.value);
    if (problem !== undefined) {
      context.issues.push({ code: 'custom', message: problem, input: context.value });
    }
  };
}

/** The field `prefix` that every object store has. */
export const prefixField = z
  .string()
  .check(explained(prefixProblem))
  .default(DEFAULT_PREFIX)
  .describe(
    'What keys begin with. Variables: {year} {month} {day} {hour} {minute} {second} (of the interval start, UTC), {interval_start} {interval_end} {table} {export_id}. Literal text is free: year={year}/month={month} is a Hive layout.',
  );

export const endpointField = z.string().check(explained(endpointProblem)).optional();

interface Problem<Field extends string> {
  field: Field;
  message: string;
}

/** A zod check of rules between fields: each rule that applies is a problem of the field to correct. */
export function fieldRules<Config extends object>(
  rulesOf: (config: Config) => [applies: boolean, problem: Problem<keyof Config & string>][],
): (context: z.core.ParsePayload<Config>) => void {
  return (context) => {
    for (const [applies, { field, message }] of rulesOf(context.value)) {
      if (applies) {
        context.issues.push({ code: 'custom', message, path: [field], input: undefined });
      }
    }
  };
}
