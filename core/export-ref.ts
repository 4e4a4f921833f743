import type { ExportInterval } from './intervals.ts';

/** An export, as workflows are told of it. Names are for summaries and search attributes only. */
export interface ExportRef {
  exportId: string;
  teamId: number;
  name: string;
  destinationId: string;
  destinationKind: string;
  interval: ExportInterval;
}

/** Exports that one look of the reconciliation names at a time. */
export const RECONCILIATIONS_PER_PAGE = 50;
