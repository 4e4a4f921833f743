import { parseArgs } from 'node:util';

export const PROGRAMS = ['build', 'dist', 'source'] as const;
export type Program = (typeof PROGRAMS)[number];

export interface BenchOptions {
  /** One JSON object as the last line instead of a table. */
  json: boolean;
  /** Fewer rows and runs: shows that it works, its figures are no basis for a comparison. */
  quick: boolean;
  /** The worker as production runs it, built now (`build`) or earlier (`dist`), or its `source` through tsx. */
  program: Program;
  /** Folder for a CPU profile of the built worker, a `.cpuprofile` file, for finding out where time goes. */
  cpuProfileDir: string | undefined;
}

export function benchOptions(): BenchOptions {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      program: { type: 'string', default: 'build' },
      'cpu-prof': { type: 'string' },
    },
  });
  const program = PROGRAMS.find((name) => name === values.program);
  if (program === undefined) {
    throw new Error(`--program is one of ${PROGRAMS.join(', ')}`);
  }
  return { json: values.json, quick: values.quick, program, cpuProfileDir: values['cpu-prof'] };
}
