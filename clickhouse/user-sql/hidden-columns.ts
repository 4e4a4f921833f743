import type { PrivacyRules } from '../../core/privacy.ts';
import { binding, columnRules, lazyHash } from '../privacy-rules.ts';
import { quoteName } from '../sql.ts';

/** What a query must not see of events. */
export interface Hiding {
  privacy: PrivacyRules;
  /** The team's, for rules that hash anything. */
  hashKey: Buffer | undefined;
}

export interface HiddenColumns {
  /** By name: what takes the place of a column of the rows called `row`. */
  sqlOf(name: string, row: string): string;
  /**
   * Values that the expressions need, as far as `sqlOf` was asked for them. Hold what the key can be told from: never to
   * be logged or answered.
   */
  params: Record<string, unknown>;
}

/** The rules as expressions: a query only ever meets what they leave. */
export function hiddenColumns({ privacy, hashKey }: Hiding): HiddenColumns {
  const params: Record<string, unknown> = {};
  const bind = binding('privacy', params);
  const rules = columnRules(privacy, { bind, hash: lazyHash(hashKey, bind) });
  return {
    params,
    sqlOf: (name, row) => {
      const column = `${row}.${quoteName(name)}`;
      return rules[name]?.(column) ?? column;
    },
  };
}
