import type { SessionContext } from '../contract.ts';
import type { ObjectStore } from '../object-store/store.ts';
import type { RedshiftConfig } from './config.ts';
import type { DataApi, Parameters, Work } from './data-api.ts';
import type { Names } from './names.ts';

/** Where COPY reads. */
export interface StagingBucket {
  name: string;
  store: ObjectStore;
}

/** What an attempt works with and on. */
export interface Scope {
  config: RedshiftConfig;
  context: SessionContext;
  names: Names;
  api: DataApi;
  /** Undefined with mode insert. */
  bucket: StagingBucket | undefined;
}

export function work({ context }: Scope, action: string, parameters?: Parameters): Work {
  return { action, signal: context.signal, ...(parameters !== undefined && { parameters }) };
}

/** As `work`, for the long statements that a later attempt may have to cancel. */
export function namedWork(scope: Scope, action: string, parameters?: Parameters): Work {
  return { ...work(scope, action, parameters), name: scope.names.statement };
}
