import { errorMessage, isSluiceError } from '../core/errors.ts';
import type { CheckStep } from './contract.ts';

export interface NamedStep {
  name: string;
  run(): Promise<unknown>;
}

function explain(error: unknown): string {
  const remedy = isSluiceError(error) ? error.remedy : undefined;
  return remedy === undefined ? errorMessage(error) : `${errorMessage(error)}. ${remedy}`;
}

/** Runs steps in order and stops at the first that fails; the rest are `skipped`. Throws only when aborted. */
export async function runSteps(steps: readonly NamedStep[], signal: AbortSignal): Promise<CheckStep[]> {
  const results: CheckStep[] = [];
  for (const step of steps) {
    if (results.some(({ status }) => status === 'failed')) {
      results.push({ name: step.name, status: 'skipped' });
      continue;
    }
    signal.throwIfAborted();
    try {
      await step.run();
      results.push({ name: step.name, status: 'passed' });
    } catch (error) {
      signal.throwIfAborted();
      results.push({ name: step.name, status: 'failed', message: explain(error) });
    }
  }
  return results;
}
