import { describe, expect, test } from '@jest/globals';
import { microsOf } from '../core/time.ts';
import {
  dataGeneration,
  dataName,
  intervalStem,
  LONGEST_NAME_BYTES,
  manifestGeneration,
  manifestName,
} from './keys.ts';

const interval = {
  startMicros: microsOf(new Date('2026-11-21T04:18:00Z')),
  endMicros: microsOf(new Date('2026-11-21T04:19:00Z')),
};
const stem = intervalStem('8d8ac610-566d-4ef0-9c22-186b2a5ed793', interval);
const format = { fileFormat: 'jsonl', compression: 'gzip' } as const;

describe('names of an interval', () => {
  test('follow from the plan', () => {
    expect(dataName(stem, 0, 7, format)).toBe('20261121T041800Z-20261121T041900Z-8d8ac610-00007.jsonl.gz');
    expect(dataName(stem, 2, 99_999, format)).toBe('20261121T041800Z-20261121T041900Z-8d8ac610-g2-99999.jsonl.gz');
    expect(manifestName(stem, 0)).toBe('20261121T041800Z-20261121T041900Z-8d8ac610_manifest.json');
    expect(manifestName(stem, 3)).toBe('20261121T041800Z-20261121T041900Z-8d8ac610-g3_manifest.json');
  });

  test.each([0, 1, 12])('tell their generation %i', (generation) => {
    const [data, manifest] = [dataName(stem, generation, 5, format), manifestName(stem, generation)];
    expect([dataGeneration(stem, data), manifestGeneration(stem, data)]).toEqual([generation, undefined]);
    expect([dataGeneration(stem, manifest), manifestGeneration(stem, manifest)]).toEqual([undefined, generation]);
  });

  test('of other intervals and other programs are not ours', () => {
    const other = intervalStem('99999999-566d-4ef0-9c22-186b2a5ed793', interval);
    for (const name of [dataName(other, 0, 0, format), `x${stem}-00000.jsonl`, `${stem}-notes.txt`, '']) {
      expect([dataGeneration(stem, name), manifestGeneration(stem, name)]).toEqual([undefined, undefined]);
    }
  });

  test('stay below the bound that prefix validation counts on', () => {
    const fractions = { startMicros: interval.startMicros + 1, endMicros: interval.endMicros + 1 };
    const longest = manifestName(intervalStem('8d8ac610-566d', fractions), 1_000_000_000);
    expect(longest.length).toBeLessThanOrEqual(LONGEST_NAME_BYTES);
  });
});
