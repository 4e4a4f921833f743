import type { Destination } from '../../destinations/contract.ts';

/** An empty place to export to, and a view on it that does not go through the destination's code. */
export interface Place {
  destination: Destination<unknown>;
  config: unknown;
  /** Every data file that a reader who lists the place finds, by its name. */
  readBack(): Promise<Map<string, Buffer>>;
  /** Every manifest that such a reader finds. */
  manifests(): Promise<Record<string, unknown>[]>;
  /** Whatever costs room and is neither data nor manifest: open uploads, temporary and hidden files. */
  leftovers(): Promise<string[]>;
  /** After what the store keeps open uploads, because it has no call that ends or finds them; it drops them later. */
  lingering?: readonly LeftoverCause[];
  /** No call of the store lists open uploads: `leftovers` is always empty. */
  hidesUploads?: true;
  remove(key: string): Promise<void>;
}

/** `race`: two attempts wrote the same file. */
export type LeftoverCause = 'commit' | 'failure' | 'kill' | 'race';

/** What should not be there any more after `cause`. */
export async function leftoversAfter(cause: LeftoverCause, place: Place): Promise<string[]> {
  if (place.lingering?.includes(cause) === true) {
    return [];
  }
  const names = await place.leftovers();
  return cause === 'failure' ? names.filter((name) => !name.endsWith('.owner')) : names;
}

export interface WrongConfig {
  name: string;
  config: unknown;
  code: string;
  /** Must not occur in any message. */
  secret?: string;
}

export interface SuiteTarget {
  kind: 'file' | 's3' | 'azure-blob' | 'gcs';
  place(): Promise<Place>;
  wrongConfigs(): Promise<WrongConfig[]>;
}
