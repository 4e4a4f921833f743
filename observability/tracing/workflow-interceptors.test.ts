import { AsyncLocalStorage } from 'node:async_hooks';
import { beforeAll, expect, test } from '@jest/globals';
import type { WorkflowInterceptors } from '@temporalio/workflow';

/** What the sandbox of workflows has. */
beforeAll(() => {
  Object.assign(globalThis, { AsyncLocalStorage });
});

async function made(): Promise<Required<WorkflowInterceptors>> {
  const { interceptors } = await import('./workflow-interceptors.ts');
  const { inbound = [], outbound = [], internals = [] } = interceptors();
  return { inbound, outbound, internals };
}

test('a workflow that continues as new takes no trace along, and everything else', async () => {
  const { outbound } = await made();
  const continued: unknown[] = [];
  const next = (input: unknown): Promise<never> => {
    continued.push(input);
    return Promise.reject(new Error('continued'));
  };
  const payload = { metadata: {}, data: new Uint8Array() };
  const input = { args: [1], options: { workflowType: 'webhook' } };
  // After those of Temporal, which put it in.
  await expect(
    outbound.at(-1)?.continueAsNew?.({ ...input, headers: { '_tracer-data': payload, other: payload } }, next),
  ).rejects.toThrow('continued');
  expect(continued).toEqual([{ ...input, headers: { other: payload } }]);
});

test('Temporal’s own are all there', async () => {
  const { inbound, outbound, internals } = await made();
  expect([inbound, outbound, internals].map((list) => list.length)).toEqual([1, 2, 1]);
});
