/** From the least important on. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Where a page of a log ends. Lines of one millisecond are in the order of a hash of what they say. */
export interface LogPosition {
  loggedMs: number;
  /** Decimal: 64 bits. */
  hash: string;
}

/** This level and everything more important. */
export function levelsFrom(lowest: LogLevel): LogLevel[] {
  return LOG_LEVELS.slice(LOG_LEVELS.indexOf(lowest));
}
