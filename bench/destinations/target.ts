import type { SourceEncoding } from '../../core/encoding.ts';

/** What a destination gets, encoded by ClickHouse beforehand. */
export interface ReadyFile {
  path: string;
  rows: number;
  bytes: number;
}

/** The destination's own fastest way to take a ready file, with nothing of the product in it. */
export interface BareLoader {
  name: string;
  /** Whatever may be ready before the clock starts. */
  prepare(file: ReadyFile): Promise<BareLoad>;
}

export interface BareLoad {
  /** This is what is measured. */
  run(): Promise<void>;
  /** Throws unless everything has arrived. */
  check(): Promise<void>;
}

/** A destination of one kind on this machine. */
export interface Target {
  kind: string;
  config: Record<string, unknown>;
  /** Called once, when the destination has made its table; the first loader is the limit, others are told beside it. */
  loaders(encoding: SourceEncoding): Promise<BareLoader[]>;
  /** Gives the room back, so that no run pays for the one before. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export function mustBeEqual(what: string, found: number | undefined | null, expected: number): void {
  if (found !== expected) {
    throw new Error(`${what}: ${String(found)} instead of ${String(expected)}`);
  }
}
