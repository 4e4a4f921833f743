import type { Generated } from 'kysely';
import type { ErasedRows, ErasureStatus } from '../core/erasure.ts';
import type { Stamp } from './tables.ts';

/** Migration 0025_erasures.sql. */
export interface ErasuresTable {
  id: string;
  teamId: number;
  status: Generated<ErasureStatus>;
  /** An `ErasureSubject`, sealed; null once it is over. */
  subject: Buffer | null;
  requestedBy: string;
  untilMicros: number | null;
  erased: Generated<ErasedRows>;
  createdAt: Stamp;
  finishedAt: Date | null;
}
