import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { DEFAULT_PREFIX, prefixProblem } from '../prefix.ts';

export const fileConfigSchema = z.strictObject({
  directory: z
    .string()
    .max(2_048)
    .refine((path) => isAbsolute(path) && !path.includes('\0'), 'it must be an absolute path')
    .describe("Absolute path of a folder on the worker's machine. It is created when it is missing."),
  prefix: z
    .string()
    .check((context) => {
      const problem = prefixProblem(context.value);
      if (problem !== undefined) {
        context.issues.push({ code: 'custom', message: problem, input: context.value });
      }
    })
    .default(DEFAULT_PREFIX)
    .describe(
      'Folders below the directory. Variables: {year} {month} {day} {hour} {minute} {second} (of the interval start, UTC), {interval_start} {interval_end} {table} {export_id}.',
    ),
});
export type FileConfig = z.output<typeof fileConfigSchema>;
