import { z } from 'zod';
import { defineVendor } from './contract.ts';

export const generic = defineVendor({
  kind: 'generic',
  title: 'HTTP endpoint',
  summary: 'Any endpoint: url, method, headers, authentication and payload are settings of the webhook.',
  docs: ['https://www.standardwebhooks.com'],
  inputs: z.strictObject({}),
  testEvent: { event: 'Sluice test', properties: { test: true } },
  answers: [],
});
