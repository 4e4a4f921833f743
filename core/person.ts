export interface PersonColumns {
  personId: string;
  distinctId: string;
}

/** What ClickHouse has for an event without a person's id. */
export const NO_PERSON = '00000000-0000-0000-0000-000000000000';

/** Who did it: the person's id, or where none was captured the distinct id. */
export function personOf({ personId, distinctId }: PersonColumns): string {
  return personId === NO_PERSON || personId === '' ? distinctId : personId;
}

/** The same, of a row of `event_log` or `events`. */
export const personSql = `if(person_id = toUUID('${NO_PERSON}'), distinct_id, toString(person_id))`;
