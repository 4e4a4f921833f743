import { expect, test } from '@jest/globals';
import { removalSqls, surplusSql } from './copies.ts';

const COPIES = {
  ...{ table: 'db.t', stage: 'db.s', columns: ['id', 'at', 'x'], key: 'id', order: 'at', literals: [`'a'`, `'b'`] },
};

test('one row of each key is put aside, all go, and it comes back', () => {
  const [aside = '', gone = '', back = ''] = removalSqls(COPIES);
  expect(aside).toMatch(/^INSERT INTO db\.s \(id, at, x\) SELECT id, at, x FROM \(.*id IN \('a', 'b'\)\)/s);
  expect(gone).toBe('DELETE FROM db.t WHERE id IN (SELECT id FROM db.s)');
  expect(back).toBe('INSERT INTO db.t (id, at, x) SELECT id, at, x FROM db.s');
});

test('a table that asks for a filter of its partitions gets it in each statement', () => {
  const [aside, gone] = removalSqls({ ...COPIES, anywhere: 'at >= 0' });
  expect(aside).toContain("WHERE at >= 0 AND id IN ('a', 'b')");
  expect(gone).toBe('DELETE FROM db.t WHERE at >= 0 AND id IN (SELECT id FROM db.s)');
  expect(surplusSql({ ...COPIES, anywhere: 'at >= 0' })).toContain("WHERE at >= 0 AND id IN ('a', 'b')");
});
