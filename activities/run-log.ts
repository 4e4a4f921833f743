import type { LogLevel } from '../core/user-log.ts';
import type { ActivityDeps } from './deps.ts';
import type { RunRef } from './types.ts';

type Line = (message: string, fields?: Record<string, unknown>) => void;

/** What the user reads about one run. Never a secret: messages and fields are shown as they are. */
export type RunLog = Record<LogLevel, Line>;

export function runLog({ logWriter }: ActivityDeps, run: Pick<RunRef, 'teamId' | 'runId'>): RunLog {
  const line =
    (level: LogLevel): Line =>
    (message, fields = {}) => {
      logWriter.append({ teamId: run.teamId, source: 'export_run', sourceId: run.runId, level, message, fields });
    };
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
}
