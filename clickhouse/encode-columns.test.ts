import { expect, test } from '@jest/globals';
import { encodeColumns } from './encode-columns.ts';
import { chooseColumns } from './models/choose-columns.ts';
import { EVENTS_MODEL } from './models/events.ts';

test('rules over a redacted column do not write its expression again and again', () => {
  const drop = [{ source: 'event' as const, path: ['email'] }];
  const privacy = { drop, hash: [], hashDistinctId: true, hashPersonId: false };
  const { columns } = chooseColumns(EVENTS_MODEL, { columns: null, privacy }, Buffer.from('key'));
  const rules = {
    nul: 'strip',
    surrogates: 'strip',
    validJson: true,
    maxDepth: 5_000,
    maxNumberDigits: 16_383,
  } as const;
  const encoded = columns.map(({ name, type }) => ({ source: name, name, ...(type.kind === 'json' && { rules }) }));
  const bare = encodeColumns({ fileFormat: 'jsonl', compression: 'none', columns: encoded }, EVENTS_MODEL.columns);
  const redacted = encodeColumns({ fileFormat: 'jsonl', compression: 'none', columns: encoded }, columns);
  // Half a megabyte, when it was written at every place, took ClickHouse many seconds to read.
  expect((redacted.refusal?.length ?? Infinity) - (bare.refusal?.length ?? 0)).toBeLessThan(10_000);
});
