import type { PrivacyRules } from '../core/privacy.ts';
import type { PropertySource } from '../core/properties/filter.ts';
import type { Bind } from '../core/properties/sql.ts';
import { redacted, type Redaction, type RedactionTools } from './json/redact.ts';
import { hashedUuid, keyedHash } from './keyed-hash.ts';

/** What a rule makes of a column's expression. */
export type ColumnRule = (sql: string) => string;

/** What the rules make of the columns of events, by name; a column without a rule leaves as it is. */
export function columnRules(privacy: PrivacyRules, tools: RedactionTools): Record<string, ColumnRule | undefined> {
  const redaction = (source: PropertySource): ColumnRule | undefined => {
    const redactions = redactionsOf(privacy, source);
    return redactions.length === 0 ? undefined : (sql) => redacted(sql, redactions, tools);
  };
  const { hash } = tools;
  return {
    properties: redaction('event'),
    person_properties: redaction('person'),
    distinct_id: privacy.hashDistinctId ? hash : undefined,
    person_id: privacy.hashPersonId ? (sql) => hashedUuid(hash(`toString(${sql})`)) : undefined,
  };
}

function redactionsOf(privacy: PrivacyRules, source: PropertySource): Redaction[] {
  return (['drop', 'hash'] as const).flatMap((action) =>
    privacy[action].filter((rule) => rule.source === source).map(({ path }) => ({ path, action })),
  );
}

/** Values that become parameters of their own, `<prefix>_0` and so on, of `params`. */
export function binding(prefix: string, params: Record<string, unknown>): Bind {
  return (type, value) => {
    const name = `${prefix}_${String(Object.keys(params).length)}`;
    params[name] = value;
    return `{${name}:${type}}`;
  };
}

/** The team's keyed hash; its blocks are bound when the first expression needs them. */
export function lazyHash(key: Buffer | undefined, bind: Bind): (text: string) => string {
  let made: ((text: string) => string) | undefined;
  return (text) => {
    if (key === undefined) {
      throw new TypeError('the settings hash values, and no key was given');
    }
    made ??= keyedHash(key, bind);
    return made(text);
  };
}
