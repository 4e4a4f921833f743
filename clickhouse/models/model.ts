import type { ClickHouseSettings } from '@clickhouse/client';
import type { SqlFragment } from '../../core/filters.ts';
import type { ModelColumn, ModelName } from '../../core/models.ts';
import type { ClickHouse } from '../client.ts';
import type { ExportPlan, PlanOptions } from '../plan.ts';
import type { EventScope, PlannedChunk } from '../scope.ts';

/** What an export reads: rows of a relation, and which columns of them its destination gets. */
export interface ExportModel {
  name: ModelName;
  /** What the destination gets, in this order. */
  columns: readonly ModelColumn[];
  /** Values of the placeholders in the columns' expressions. May hold secrets: never to be logged or answered. */
  params: Record<string, unknown>;
  /** Names of `columns` that identify a row; empty when nothing does. */
  key: readonly string[];
  /** Name of the column whose greater value wins in a merge. */
  versionColumn: string | undefined;
  relation: Relation;
}

/** The rows one run exports: those of an interval that a model has for a team. */
export interface ExportScope extends EventScope {
  model: ExportModel;
}

/** How the rows of an interval are planned, selected and told apart. Knows nothing of the columns that were chosen. */
export interface Relation {
  /** Cuts a scope into chunks that hold each of its rows once, and estimates their size. */
  plan(ch: ClickHouse, scope: EventScope, options: PlanOptions, signal?: AbortSignal): Promise<ExportPlan>;
  /** Estimate of the mean uncompressed bytes of a row; 0 when there is none. */
  rowBytes(ch: ClickHouse, scope: EventScope): Promise<number>;
  /**
   * Stored rows of the scope now, as `plan` counted them; cheap. Absent where every chunk is selected by what is there
   * at that moment, and never by what an earlier one has found out.
   */
  storedRows?(ch: ClickHouse, scope: EventScope, signal?: AbortSignal): Promise<number>;
  /** Each row of a chunk that is to be exported, once. */
  select(ch: ClickHouse, request: SelectRequest): Promise<SelectStatement>;
  /** Expression of a row's UInt64: equal for equal rows, so that sum and count tell two sets of rows apart. */
  rowHash: string;
  /** Rows are rows of event_log, named by (inserted_at, uuid), and only ever added; a chunk can select single ones. */
  log?: true;
  /** Expressions that say in the list of records set aside which row it was; the event's name may be empty. */
  record: { uuid: string; insertedAt: string; event: string };
}

export interface SelectRequest {
  scope: EventScope;
  chunk: PlannedChunk;
  /** Select list, over the relation's columns. The names that it gives must not change what the relation's conditions see. */
  columns: string;
  /** Another condition on the relation's columns. */
  where?: string | undefined;
  /** Look at the source again rather than at what an earlier chunk of the scope has found out. */
  fresh: boolean;
}

export interface SelectStatement extends SqlFragment {
  settings: ClickHouseSettings;
  /** What an error of the engine is, before or after the first byte: the customer's, where the statement is theirs. */
  faultOf?(error: unknown): unknown;
}
