import { gunzipSync } from 'node:zlib';
import type { SourceRow } from './workload.ts';

/** What of a row is compared. */
export type StoredRow = SourceRow;

export interface Difference {
  /** Events that the destination does not hold. */
  lost: number;
  /** Rows that repeat an event that is there. */
  duplicated: number;
  /** Events that are there, but not as the row that came first. */
  changed: number;
  /** Events that nobody captured. */
  foreign: number;
  /** The first few, to look for. */
  examples: string[];
}

const MAX_EXAMPLES = 10;

/** Compares a destination with what it must hold, as multisets of rows. */
export function compareRows(expected: ReadonlyMap<string, SourceRow>, stored: readonly StoredRow[]): Difference {
  const seen = new Map<string, StoredRow>();
  const difference: Difference = { lost: 0, duplicated: 0, changed: 0, foreign: 0, examples: [] };
  const note = (kind: 'lost' | 'duplicated' | 'changed' | 'foreign', { uuid, insertedAtMicros }: SourceRow): void => {
    difference[kind] += 1;
    if (difference.examples.length < MAX_EXAMPLES) {
      difference.examples.push(`${kind} ${uuid} of ${new Date(insertedAtMicros / 1_000).toISOString()}`);
    }
  };
  for (const row of stored) {
    const wanted = expected.get(row.uuid);
    if (seen.has(row.uuid)) {
      note('duplicated', row);
    } else if (wanted === undefined) {
      note('foreign', row);
    } else if (wanted.insertedAtMicros !== row.insertedAtMicros || wanted.distinctId !== row.distinctId) {
      note('changed', row);
    }
    seen.set(row.uuid, row);
  }
  for (const row of expected.values()) {
    if (!seen.has(row.uuid)) {
      note('lost', row);
    }
  }
  return difference;
}

export interface StoredFiles {
  keys: readonly string[];
  read(key: string): Promise<Buffer>;
}

export interface FilesRead {
  rows: StoredRow[];
  /** Data files that no manifest names: a reader of manifests does not see them. */
  strayFiles: number;
}

interface ManifestText {
  interval: { start: string };
  generation: number;
  rows: number;
  files: { key: string; rows: number }[];
}

/** What a reader of manifests sees; of an interval's manifests the highest generation counts. */
export async function readManifests({ keys, read }: StoredFiles): Promise<FilesRead> {
  const newest = new Map<string, ManifestText>();
  for (const key of keys.filter(isManifest)) {
    const manifest = JSON.parse((await read(key)).toString()) as ManifestText;
    const known = newest.get(manifest.interval.start);
    if (known === undefined || known.generation < manifest.generation) {
      newest.set(manifest.interval.start, manifest);
    }
  }
  const rows: StoredRow[] = [];
  const named = new Set<string>();
  for (const { key, rows: count } of [...newest.values()].flatMap((manifest) => manifest.files)) {
    named.add(key);
    const found = rowsOf(await read(key));
    if (found.length !== count) {
      throw new Error(`${key} has ${String(found.length)} rows and its manifest says ${String(count)}`);
    }
    rows.push(...found);
  }
  return { rows, strayFiles: keys.filter((key) => isData(key) && !named.has(key)).length };
}

const isManifest = (key: string): boolean => key.endsWith('_manifest.json');
const isData = (key: string): boolean => /-\d{5}\.jsonl(?:\.gz)?$/.test(key);
const GZIP_MAGIC = 0x1f;

function rowsOf(content: Buffer): StoredRow[] {
  const text = (content[0] === GZIP_MAGIC ? gunzipSync(content) : content).toString();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { uuid, inserted_at, distinct_id } = JSON.parse(line) as Record<string, string>;
      return { uuid: uuid ?? '', insertedAtMicros: microsOfText(inserted_at ?? ''), distinctId: distinct_id ?? '' };
    });
}

/** `2026-11-21T04:18:30.000001Z`, whose microseconds a Date does not hold. */
export function microsOfText(text: string): number {
  const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?/.exec(text);
  if (match === null) {
    throw new Error(`no time: ${text}`);
  }
  return Date.parse(`${match[1] ?? ''}T${match[2] ?? ''}Z`) * 1_000 + Number((match[3] ?? '').padEnd(6, '0'));
}
