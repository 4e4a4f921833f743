import type { Schemas } from '../../../api-client/index.ts';

export type Erasure = Schemas['Erasure'];
export type ErasurePlace = Erasure['erased'][number]['place'];

/** Each place in the order in which it is erased: its name, and what becomes of what is there of the person. */
export const PLACES: Readonly<Record<ErasurePlace, { label: string; what: string }>> = {
  event_log: { label: 'Event log', what: 'events up to now are deleted' },
  events: { label: 'Long-term events', what: 'events up to now are deleted' },
  delivery_attempts: {
    label: 'Delivery attempts',
    what: 'answers of endpoints and error messages are emptied; outcome, status and times stay',
  },
  rejected_records: {
    label: 'Records set aside',
    what: 'records of the events, and such with one of the ids, are deleted',
  },
  log_entries: { label: 'Logs of runs', what: 'lines with one of the ids are deleted' },
  messages: {
    label: 'Messages',
    what: 'messages to webhooks with one of the ids are deleted; such that wait are not sent',
  },
  notes: { label: 'Notes', what: 'notifications with one of the ids are deleted, error messages of runs emptied' },
};

const PLACE_COUNT = Object.keys(PLACES).length;

/** In words: an erasure goes from place to place, and then looks again. */
export function progressOf({ status, erased }: Pick<Erasure, 'status' | 'erased'>): string {
  if (status !== 'running') {
    return `${String(erased.length)} of ${String(PLACE_COUNT)} places`;
  }
  if (erased.length === 0) {
    return 'waiting for late rows';
  }
  return erased.length < PLACE_COUNT
    ? `${String(erased.length)} of ${String(PLACE_COUNT)} places`
    : 'looking whether anything is left';
}

/** 0 to 100. To look again is a step of its own: 100 is for what has ended. */
export function percentOf({ status, erased }: Pick<Erasure, 'status' | 'erased'>): number {
  return status === 'running' ? Math.floor((erased.length / (PLACE_COUNT + 1)) * 100) : 100;
}

export function rowsOf({ erased }: Pick<Erasure, 'erased'>): number {
  return erased.reduce((sum, { rows }) => sum + rows, 0);
}

/** What each state means, and what to do. */
export const ERASURE_MEANS: Readonly<Record<Erasure['status'], { title: string; text: string }>> = {
  running: {
    title: 'Sluice is erasing',
    text: 'It waits for rows that become visible late, goes from place to place, and looks again until nothing is left. You can leave this page.',
  },
  completed: {
    title: 'Nothing is left',
    text: 'Whoever it was is forgotten here too; this record of the erasure stays.',
  },
  incomplete: {
    title: 'Something is left',
    text: 'Something of the person was still being written, five times in a row. Ask for it again once deliveries to this person have ended.',
  },
  cancelled: {
    title: 'It was cancelled',
    text: 'Its workflow was cancelled. What was erased is gone; ask for it again to have the rest erased.',
  },
};
