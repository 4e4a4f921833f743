import { expect, test } from '@jest/globals';
import { compressionOf, formatOf, outputNames } from './export-once.ts';

test.each([
  ['a.parquet', 'parquet', 'zstd'],
  ['b.v2.csv.gz', 'csv', 'gzip'],
  ['c.jsonl.zst', 'jsonl', 'zstd'],
  ['d.jsonl', 'jsonl', 'none'],
  ['e.arrow', 'arrow', 'zstd'],
])('%s is %s with %s', (file, format, compression) => {
  expect([formatOf(file), compressionOf(file, formatOf(file))]).toEqual([format, compression]);
});

test('another ending leaves the format to the server', () => {
  expect(formatOf('rows')).toBeUndefined();
});

test('several files are numbered before their ending', () => {
  expect(outputNames('x/a.csv.gz', 1)).toEqual(['x/a.csv.gz']);
  expect(outputNames('x/a.csv.gz', 2)).toEqual(['x/a-1.csv.gz', 'x/a-2.csv.gz']);
  expect(outputNames('a.parquet', 2)).toEqual(['a-1.parquet', 'a-2.parquet']);
});
