import { expect, test } from '@jest/globals';
import { eventually } from '../test/support/eventually.ts';
import type { ClickHouse } from './client.ts';
import type { LogEntry } from './log-entries.ts';
import { LogWriter } from './log-writer.ts';

const LIMIT = 20_000;

test('lines that come while an insert gets no answer have a limit too', async () => {
  let answer: () => void = () => undefined;
  const inserted: object[][] = [];
  const insert: ClickHouse['insert'] = (_table, _columns, values) => {
    inserted.push(values);
    return inserted.length > 1 ? Promise.resolve() : new Promise((resolve) => (answer = resolve));
  };
  const writer = new LogWriter({ insert } as unknown as ClickHouse, () => undefined);
  const line: Omit<LogEntry, 'loggedAt'> = {
    ...{ teamId: 1, source: 'export_run', sourceId: '00000000-0000-4000-8000-000000000000', level: 'info' },
    ...{ message: 'a line', fields: {} },
  };
  writer.append(line);
  const first = writer.flush();
  await eventually(() => expect(inserted).toHaveLength(1));
  for (let nth = 0; nth < LIMIT + 10; nth += 1) {
    writer.append(line);
  }
  answer();
  await first;
  await writer.flush();
  expect(inserted.map((values) => values.length)).toEqual([1, LIMIT]);
});
