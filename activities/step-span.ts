import type { ActivityDeps } from './deps.ts';
import type { StepName } from './run-step.ts';
import type { RunRef } from './types.ts';

const SPAN_NAMES: Readonly<Record<StepName, string>> = {
  Planning: 'export plan',
  Loading: 'export load',
  Committing: 'export commit',
  Verifying: 'export verify',
};

/** One attempt of a step as a span. The destination is said of it by `loadRunContext`, which knows the run's settings. */
export async function stepSpan<T extends { rows: number; bytes: number }>(
  { tracing }: ActivityDeps,
  { name, run }: { name: StepName; run: RunRef },
  work: () => Promise<T>,
): Promise<T> {
  const attributes = {
    'sluice.export.id': run.exportId,
    'sluice.run.id': run.runId,
    'sluice.run.generation': run.generation,
  };
  return tracing.span(SPAN_NAMES[name], { attributes }, async (span) => {
    const result = await work();
    span.set({ 'sluice.rows': result.rows, 'sluice.bytes': result.bytes });
    return result;
  });
}
