import type { Export } from './data.ts';

type Paths = NonNullable<Export['privacy']>['drop'];

/** What leaves of each row, in words. */
export function columnsText(columns: Export['columns']): string {
  return columns === null ? 'all of the model' : columns.map(({ name }) => name).join(', ');
}

/** What must not leave as it is, in words. */
export function privacyText(privacy: Export['privacy']): string {
  const left = paths(privacy?.drop);
  const hashed = [
    ...paths(privacy?.hash),
    ...(privacy?.hash_distinct_id === true ? ['distinct_id'] : []),
    ...(privacy?.hash_person_id === true ? ['person_id'] : []),
  ];
  const rules = [
    ...(left.length > 0 ? [`left out: ${left.join(', ')}`] : []),
    ...(hashed.length > 0 ? [`hashed: ${hashed.join(', ')}`] : []),
  ];
  return rules.length === 0 ? 'everything as it is' : rules.join('; ');
}

function paths(rules: Paths | undefined): string[] {
  return (rules ?? []).map(({ source, path }) => `${source === 'person' ? 'person ' : ''}${path.join('.')}`);
}
