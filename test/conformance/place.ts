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
  remove(key: string): Promise<void>;
}

export interface WrongConfig {
  name: string;
  config: unknown;
  code: string;
  /** Must not occur in any message. */
  secret?: string;
}

export interface SuiteTarget {
  kind: 'file' | 's3';
  place(): Promise<Place>;
  wrongConfigs(): Promise<WrongConfig[]>;
}
