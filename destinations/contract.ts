import type { z } from 'zod';
import type { Column } from '../core/columns.ts';
import type { BucketDigest } from '../core/digest.ts';
import type { SourceEncoding } from '../core/encoding.ts';
import type { OutputFormat } from '../core/formats.ts';
import type { Preview } from '../core/preview.ts';
import type { MicrosRange } from '../core/time.ts';
import type { WriteMode } from '../core/write-modes.ts';

/**
 * What a batch destination is. A destination knows nothing of Temporal, of the control plane or of the environment:
 * it gets a parsed config, streams of bytes and an abort signal.
 *
 * Guarantee that each implementation keeps and `test/conformance/` proves: however often and however concurrently the
 * methods are called for one interval, by live and by dead attempts, the destination ends with the interval's rows,
 * each once, and nothing half-written is visible to a reader of committed data.
 */
export interface Destination<Config> {
  /** Slug used in the API, in the database and as folder name. */
  kind: string;
  title: string;
  /** One sentence for the catalogue: what arrives where. */
  summary: string;
  /**
   * `exactly_once`: the guarantee above. `at_least_once`: a receiver without transactions may see rows of a dead attempt
   * again, recognisable by a stable id.
   */
  guarantee: 'exactly_once' | 'at_least_once';
  /** What it can do with rows whose key is already there. */
  modes: readonly WriteMode[];
  /** Validates and defaults user input; every field is described. Unknown fields are refused. */
  configSchema: z.ZodType<Config>;
  /** Top-level config fields that are encrypted at rest and never returned. */
  secretFields: readonly string[];
  /** Formats this destination can write; the first is the default. Tables have one: TABLE_FORMAT. */
  formats: readonly OutputFormat[];
  /**
   * Its sessions can add a few rows to a committed interval (`SessionContext.supplement`). Without it what is missing is
   * brought by another run of the whole interval.
   */
  supplements?: boolean;
  /** Its sessions can delete copies of rows (`TableKeys.removeCopies`). */
  removesCopies?: boolean;
  /** Ordered connection check; stops at the first failed step. Never throws for a customer's mistake. */
  check(config: Config, signal: AbortSignal): Promise<CheckStep[]>;
  /**
   * What a first session would write, and do to its table. Nothing is created, changed or left. Rejects when the place
   * cannot be looked at; what would keep a run from writing is a problem of the answer. Absent: rows go into files,
   * which hold every value.
   */
  preview?(config: Config, context: SessionContext): Promise<Preview>;
  /** Opens a session for one attempt. The caller always closes it. */
  open(config: Config, context: SessionContext): Promise<DestinationSession>;
}

export type { WriteMode } from '../core/write-modes.ts';

export interface CheckStep {
  name: string;
  status: 'passed' | 'failed' | 'skipped';
  /** For a failed step: what is wrong and what to do. */
  message?: string;
}

/** The interval being exported, and who is doing it. */
export interface SessionContext {
  exportId: string;
  runId: string;
  /** 0 for the first plan of an interval; each re-run or re-plan of the interval adds one. */
  generation: number;
  interval: MicrosRange;
  /** Model name, for the `{table}` variable of a prefix. */
  model: string;
  /** The model's columns in order. */
  columns: readonly Column[];
  /** Which rows of the model the export wants, as its settings say it; absent: all. Only to be written down. */
  filter?: Readonly<Record<string, unknown>>;
  /** Columns that identify a row; empty when the model has no such. With `merge` never empty. */
  key: readonly string[];
  mode: WriteMode;
  /** With `merge`: the column whose greater value wins. */
  versionColumn: string | undefined;
  /** The model's column with the time of ingestion, which the interval is a range of; absent: it has none. */
  arrivalColumn?: string;
  format: OutputFormat;
  /** Approximate upper size of one file, from the export's settings; the plan follows it. */
  maxFileBytes: number | undefined;
  /** This generation adds to what an older one has committed, instead of taking its place. */
  supplement?: SupplementContext;
  signal: AbortSignal;
}

export interface SupplementContext {
  /** The generation it adds to. The commit throws destination_base_changed when another one is there. */
  of: number;
  /** Rows and bytes of it, by our ledger. */
  rows: number;
  bytes: number;
  /** Of these rows, those that are gone and that the chunks bring again. */
  lost: number;
}

/**
 * A stream of one chunk as ClickHouse encoded it. Iterating throws unless the engine finished the stream and the
 * format's end is there, so whoever has seen the loop end has seen every byte. `rows()` is valid only after that.
 */
export interface SourceStream {
  body: AsyncIterable<Uint8Array>;
  /** Rows counted in the bytes (the footer of Parquet, line ends of text), never by parsing a row. */
  rows(): number;
}

export interface LoadChunkRequest {
  /** 0-based. A plan of n chunks has indexes 0..n-1; at most 100,000. */
  chunkIndex: number;
  chunkCount: number;
  /**
   * Opens the source from its beginning, encoded as asked; called again when the destination itself retries. Records
   * that break a rule of the encoding are set aside before the stream opens, and are not in it.
   */
  openSource(encoding: SourceEncoding, signal: AbortSignal): Promise<SourceStream>;
  /** Bytes handed over since the last call; drives progress and heartbeats. */
  onProgress(bytes: number): void;
}

/**
 * One object that a chunk became, as the destination itself reports it. Stored with the chunk. For a table: what was
 * staged, under the name that `commit` needs to find it.
 */
export interface FileReceipt {
  /** Object key or path relative to the destination's root. */
  key: string;
  rows: number;
  bytes: number;
  /** Of the bytes as stored, lower-case hex. */
  sha256: string;
  etag?: string;
}

export interface ChunkReceipt {
  rows: number;
  bytes: number;
  files: FileReceipt[];
}

export interface CommitRequest {
  /** Receipts of all chunks of this generation in order of their index. */
  chunks: readonly ChunkReceipt[];
  /**
   * Whether the control plane has a record of a run. What one without a record has brought is of a time that its database
   * has lost, and the source may have lost rows of it as well: such files stay while they have more rows. Absent: all have.
   */
  knowsRun?: (runId: string) => Promise<boolean>;
  /** Somebody wants such files replaced by whatever there is now. */
  replacesKept?: boolean;
}

export interface CommitReceipt {
  rows: number;
  bytes: number;
  files: number;
  /** Where the manifest is, for destinations that have one. */
  manifestKey?: string;
  /** True when an earlier attempt had already committed this very generation. */
  alreadyCommitted: boolean;
  /** True when the files of an unknown run stay, and those of this one do not count (`knowsRun`). */
  kept?: boolean;
}

/** `unexpected`: of this interval by its name, and in no manifest. */
export interface FileFault {
  key: string;
  problem: 'missing' | 'changed' | 'unexpected';
}

export interface FileAudit {
  /** Of the files that are as they were stored. */
  rows: number;
  faults: FileFault[];
}

/**
 * Rows whose keys fall into one bucket; copies count. Every database has MD5: the hash of a key are the first 8 bytes of
 * the MD5 of its text as a big-endian number, its bucket are the first 10 bits.
 */
export type KeyDigest = BucketDigest;

/** The rows of a table that lie in the interval by their ingestion time. The key is one column of uuids. */
export interface TableKeys {
  /** Undefined: the table has no columns that these rows could be found by. */
  digests(): Promise<KeyDigest[] | undefined>;
  /** Every key of the named buckets, with how often it is there. */
  inBuckets(buckets: readonly number[]): Promise<{ key: string; copies: number }[]>;
  /** Those of the given keys that are anywhere in the table. */
  present(keys: readonly string[]): Promise<string[]>;
  /**
   * Deletes all copies of the keys but one. Answers how many rows it deleted. Idempotent. Absent: they are only found,
   * since the vendor has no way to delete some of several equal rows at once.
   */
  removeCopies?(keys: readonly string[]): Promise<number>;
  /** Removing copies writes the rows that stay anew, so it is done only where somebody has asked for it. */
  readonly removesOnRequest?: boolean;
}

export interface DestinationSession {
  /**
   * Loads one chunk invisibly. Idempotent per (interval, generation, chunkIndex): a second call, or a dead attempt's
   * late one, never changes what the first successful call stored; it returns the same receipt.
   * On failure or abort nothing of the call stays behind that a reader could take for data, and no upload stays open.
   */
  loadChunk(request: LoadChunkRequest): Promise<ChunkReceipt>;
  /**
   * Makes the interval visible at once. Idempotent. Over an interval that an older generation has committed: files
   * replace the older ones; a table in append mode gets the rows whose key is missing, and without a key none; merge
   * merges again. Always: a generation older than the committed one throws run_superseded, another run of the same
   * generation destination_generation_taken.
   */
  commit(request: CommitRequest): Promise<CommitReceipt>;
  /** What is there for the committed interval, by the destination's own word: stored files, or the rows its transactions reported. */
  verify(request: CommitRequest): Promise<{ rows: number; bytes: number; files: number }>;
  /** Looks at the files of the committed interval themselves. Absent: there are no files, or they cannot be read. */
  auditFiles?(): Promise<FileAudit>;
  /** Reads keys of the interval's rows in the table. Absent: there is no table, or it cannot be read by key. */
  readonly keys?: TableKeys;
  /** Removes what this generation left when it will never be committed. Idempotent; never touches committed data. */
  discard(): Promise<void>;
  close(): Promise<void>;
}
