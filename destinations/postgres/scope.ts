import type { SessionContext } from '../contract.ts';
import type { PostgresConfig } from './config.ts';
import type { Names } from './names.ts';

/** What an attempt works on. */
export interface Scope {
  config: PostgresConfig;
  context: SessionContext;
  names: Names;
}
