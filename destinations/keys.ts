import { fileExtension, type OutputFormat } from '../core/formats.ts';
import { dateOfMicros, type Micros, type MicrosRange } from '../core/time.ts';

/*
 * Names of the files of one interval. They follow from the plan alone, so that every attempt, dead or alive, meets at
 * the same name and the first one wins:
 *
 *   <start>-<end>-<export>[-g<generation>]-<chunk>.<extension>      <start>-<end>-<export>_manifest.json
 *
 * <export> is the beginning of the export's id: two exports may share a folder. There are no colons, which Hadoop and
 * Windows refuse in paths.
 */

/** Bound for prefix validation: the longest name below, rounded up. */
export const LONGEST_NAME_BYTES = 128;

const MICROS_PER_SECOND = 1_000_000;

/** `20261121T041800Z`, with six decimals only where the time has a fraction of a second. */
export function compactTime(micros: Micros): string {
  const text = dateOfMicros(micros).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  const fraction = ((micros % MICROS_PER_SECOND) + MICROS_PER_SECOND) % MICROS_PER_SECOND;
  return fraction === 0 ? `${text}Z` : `${text}.${String(fraction).padStart(6, '0')}Z`;
}

/** What all names of an interval of an export begin with. */
export function intervalStem(exportId: string, interval: MicrosRange): string {
  return `${compactTime(interval.startMicros)}-${compactTime(interval.endMicros)}-${exportId.slice(0, 8)}`;
}

function generationSuffix(generation: number): string {
  return generation === 0 ? '' : `-g${String(generation)}`;
}

export function dataName(stem: string, generation: number, chunkIndex: number, format: OutputFormat): string {
  const chunk = String(chunkIndex).padStart(5, '0');
  return `${stem}${generationSuffix(generation)}-${chunk}.${fileExtension(format)}`;
}

/** Where the manifest is one name for all generations, `generation` is 0. */
export function manifestName(stem: string, generation: number): string {
  return `${stem}${generationSuffix(generation)}_manifest.json`;
}

/** The generation of a data file's name, or undefined when it is no data file of this interval. */
export function dataGeneration(stem: string, name: string): number | undefined {
  const match = name.startsWith(stem) ? /^(?:-g(\d+))?-\d{5}\./.exec(name.slice(stem.length)) : null;
  return match === null ? undefined : Number(match[1] ?? 0);
}

/** The generation of a manifest's name, or undefined when it is no manifest of this interval. */
export function manifestGeneration(stem: string, name: string): number | undefined {
  const match = name.startsWith(stem) ? /^(?:-g(\d+))?_manifest\.json$/.exec(name.slice(stem.length)) : null;
  return match === null ? undefined : Number(match[1] ?? 0);
}

/** Joins a rendered prefix, which may be empty, and a name. */
export function joinKey(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** The last segment of a key. */
export function nameOfKey(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
