import type { Column } from './columns.ts';

/** What an export can read. */
export const MODELS = ['events', 'sql'] as const;
export type ModelName = (typeof MODELS)[number];

/** A column as an export gives it to its destination. */
export interface ModelColumn extends Column {
  /** ClickHouse expression over the model's relation; absent: the relation's own column of this name. */
  sql?: string;
}
