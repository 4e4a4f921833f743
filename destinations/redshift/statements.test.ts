import { describe, expect, test } from '@jest/globals';
import { insertStatements } from './statements.ts';

async function* pieces(bytes: Buffer, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    await Promise.resolve();
    yield bytes.subarray(at, at + pieceBytes);
  }
}

async function cut(text: string, pieceBytes: number): Promise<string[]> {
  const statements: string[] = [];
  for await (const statement of insertStatements('t', pieces(Buffer.from(text), pieceBytes))) {
    statements.push(statement);
  }
  return statements;
}

const rows = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `(${String(index)},'${'ä'.repeat(index % 300)}')`);

describe('statements that insert', () => {
  test.each([1_000, 65_536, 99_999, 1_000_000])(
    'hold each row once, and no more than fits, from pieces of %d bytes',
    async (size) => {
      const all = rows(2_000);
      const statements = await cut(`${all.join('\n')}\n`, size);
      expect(statements.length).toBeGreaterThan(5);
      expect(statements.every((sql) => Buffer.byteLength(sql) <= 100_000)).toBe(true);
      const values = statements.map((sql) => sql.replace('INSERT INTO t VALUES ', ''));
      expect(values.join(',')).toBe(all.join(','));
    },
  );

  test('of no rows are none', async () => {
    expect(await cut('', 10)).toEqual([]);
  });

  test('refuse a row that fits none', async () => {
    await expect(cut(`('${'x'.repeat(100_000)}')\n`, 1_000)).rejects.toMatchObject({ code: 'redshift_layout_refused' });
  });
});
