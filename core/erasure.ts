/** Erasing what is stored of one person. */

export interface ErasureSubject {
  distinctIds: readonly string[];
  /** UUIDs, lower case. */
  personIds: readonly string[];
}

/** In the order in which they are erased: no delivery begins once the events are gone, and what it left comes after. */
export const ERASURE_PLACES = [
  'event_log',
  'events',
  'delivery_attempts',
  'rejected_records',
  'log_entries',
  'messages',
  'notes',
] as const;
export type ErasurePlace = (typeof ERASURE_PLACES)[number];

export type ErasureStatus = 'running' | 'completed' | 'incomplete' | 'cancelled';

/** Rows by place. */
export type ErasedRows = Partial<Record<ErasurePlace, number>>;

/** What Sluice cannot erase, for whoever has asked for it. */
export const NOT_ERASED = [
  'files, tables and requests that exports and webhooks have brought to their destinations',
  'files of on-demand exports, which are removed when they expire',
  'backups of the databases, and events that are captured after the erasure began',
];

/** Shorter ones occur by chance in other people’s data: they are looked for in columns only. */
const MIN_TEXT_CHARS = 8;

/** What an id looks like within JSON and messages: `quoted` as a whole value, also of JSON within JSON, `text` anywhere. */
export function textTerms({ distinctIds, personIds }: ErasureSubject): { quoted: string[]; text: string[] } {
  const ids = [...distinctIds, ...personIds].filter((id) => id.length >= MIN_TEXT_CHARS);
  const spellings = ids.flatMap((id) => [jsonText(id), jsonText(id).replaceAll('/', '\\/')]);
  return {
    quoted: unique(spellings.flatMap((spelling) => [`"${spelling}"`, `\\"${jsonText(spelling)}\\"`])),
    text: unique([...ids, ...spellings, ...spellings.map(jsonText)]),
  };
}

/** As between the quotes of a JSON string. */
function jsonText(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
