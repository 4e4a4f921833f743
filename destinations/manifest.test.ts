import { describe, expect, test } from '@jest/globals';
import { contextOf } from '../test/conformance/context.ts';
import { buildManifest, encodeManifest, parseManifest } from './manifest.ts';

const FILE = { key: 'a/x-00000.jsonl', rows: 2, bytes: 30, sha256: 'ab', etag: '"e"' };

describe('manifest', () => {
  test('says what is there, how it is written, which rows it is about and how far it reaches', () => {
    const context = contextOf({
      filter: { includeEvents: ['order paid'] },
      columns: [
        { name: 'uuid', type: { kind: 'uuid' }, nullable: false },
        { name: 'price', type: { kind: 'decimal', precision: 18, scale: 2 }, nullable: true },
        { name: 'at', type: { kind: 'timestamp', precision: 6 }, nullable: false },
        { name: 'n', type: { kind: 'integer', bits: 32, signed: false }, nullable: false },
      ],
    });
    const manifest = buildManifest(context, [FILE], new Date('2026-11-21T04:20:00Z'));
    expect(manifest).toEqual({
      version: 2,
      export_id: context.exportId,
      run_id: context.runId,
      generation: 0,
      interval: { start: '2026-11-21T04:18:00.000000Z', end: '2026-11-21T04:19:00.000000Z' },
      watermark: '2026-11-21T04:19:00.000000Z',
      model: 'events',
      columns: [
        { name: 'uuid', type: 'string', kind: 'uuid', nullable: false },
        { name: 'price', type: 'decimal(18,2)', kind: 'decimal', nullable: true },
        { name: 'at', type: 'timestamp(6)', kind: 'timestamp', nullable: false },
        { name: 'n', type: 'uint32', kind: 'integer', nullable: false },
      ],
      filter: { includeEvents: ['order paid'] },
      format: { fileFormat: 'jsonl', compression: 'none' },
      rows: 2,
      bytes: 30,
      files: [FILE],
      created_at: '2026-11-21T04:20:00.000Z',
    });
    expect(parseManifest('m', encodeManifest(manifest).toString())).toEqual(manifest);
  });

  test('one of version 1 still reads', () => {
    const old = {
      version: 1,
      export_id: 'e',
      run_id: 'r',
      generation: 3,
      interval: { start: 'a', end: 'b' },
      model: 'events',
      format: { fileFormat: 'jsonl', compression: 'gzip' },
      rows: 2,
      bytes: 30,
      files: [FILE],
      created_at: 'now',
      something_new: true,
    };
    expect(parseManifest('m', JSON.stringify(old))).toMatchObject({ version: 1, generation: 3, files: [FILE] });
  });

  test.each(['', '{}', '{"version":3}', '[]'])('%j is none', (text) => {
    expect(() => parseManifest('m', text)).toThrow(expect.objectContaining({ code: 'destination_manifest_invalid' }));
  });
});
