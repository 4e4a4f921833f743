import { expect, test } from '@jest/globals';
import { SEARCH_ATTRIBUTE_TYPES, setupNamespace } from './setup.ts';
import type { TemporalClient } from './temporal.ts';

const NAMES = Object.keys(SEARCH_ATTRIBUTE_TYPES);

/** What gRPC's client throws, as far as it is looked at. */
function refusal(code: number): Error {
  return Object.assign(new Error('refused'), { code, details: 'not with this key', metadata: {} });
}

/** A namespace that refuses changes; the real server, which takes them, is in every test of the whole system. */
function namespaceThat({ lists, code }: { lists: boolean; code: number }): TemporalClient {
  const refuse = (): Promise<never> => Promise.reject(refusal(code));
  return {
    connection: {
      workflowService: { updateNamespace: refuse },
      operatorService: {
        listSearchAttributes: lists ? () => Promise.resolve({ customAttributes: { SluiceKind: 2 } }) : refuse,
        addSearchAttributes: refuse,
      },
    },
  } as unknown as TemporalClient;
}

const options = { namespace: 'n', retentionDays: 30 };

test.each([
  ['may not be changed', { lists: true, code: 7 }, NAMES.filter((name) => name !== 'SluiceKind')],
  ['knows no such call', { lists: false, code: 12 }, NAMES],
])('a namespace that %s gives warnings that name what has to be made elsewhere', async (_name, given, missing) => {
  const { warnings, searchAttributesAdded } = await setupNamespace(namespaceThat(given), options);
  expect(searchAttributesAdded).toEqual([]);
  expect(warnings).toEqual([
    expect.stringContaining(`(${missing.join(', ')}): not with this key`),
    expect.stringContaining('retention'),
  ]);
});

test('a server that does not answer is no warning', async () => {
  await expect(setupNamespace(namespaceThat({ lists: true, code: 14 }), options)).rejects.toThrow('refused');
});
