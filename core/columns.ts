/** What a value of a column is, as far as a destination has to know to store it. */
export type ColumnType =
  | { kind: 'text' }
  /** JSON as text. */
  | { kind: 'json' }
  | { kind: 'uuid' }
  | { kind: 'bool' }
  | { kind: 'integer'; bits: 8 | 16 | 32 | 64 | 128 | 256; signed: boolean }
  | { kind: 'decimal'; precision: number; scale: number }
  | { kind: 'float'; bits: 32 | 64 }
  | { kind: 'date' }
  /** A moment, UTC; `precision` decimals of a second. */
  | { kind: 'timestamp'; precision: number }
  /** Arrays, maps, tuples: as JSON text, or in a file format as the engine nests them. */
  | { kind: 'nested' };

/** A column of a model. */
export interface Column {
  name: string;
  type: ColumnType;
  nullable: boolean;
}

const text = { kind: 'text' } as const;
const json = { kind: 'json' } as const;
const uuid = { kind: 'uuid' } as const;
const micros = { kind: 'timestamp', precision: 6 } as const;

/** The first arrival of a uuid is the only one that is exported. */
export const EVENT_KEY: readonly string[] = ['uuid'];
export const EVENT_VERSION = 'inserted_at';

/** The model `events`, in the order in which every destination gets its columns. */
export const EVENT_COLUMNS: readonly Column[] = [
  { name: 'uuid', type: uuid, nullable: false },
  { name: 'event', type: text, nullable: false },
  { name: 'distinct_id', type: text, nullable: false },
  { name: 'person_id', type: uuid, nullable: false },
  { name: 'properties', type: json, nullable: false },
  { name: 'person_properties', type: json, nullable: false },
  { name: 'timestamp', type: micros, nullable: false },
  { name: 'inserted_at', type: micros, nullable: false },
  { name: 'created_at', type: micros, nullable: false },
  { name: 'team_id', type: { kind: 'integer', bits: 32, signed: false }, nullable: false },
];
