import { randomUUID } from 'node:crypto';
import { NO_PERSON } from '../core/person.ts';
import { MICROS_PER_MS } from '../core/time.ts';
import type { TailEvent } from '../core/webhook-event.ts';

/** Kinds that want a contact's address have one. */
const PERSON = '{"email":"sluice-test@example.com"}';

/** An event that nobody captured. */
export function sampleEvent(
  { teamId, event, propertiesJson }: { teamId: number; event: string; propertiesJson: string },
  nowMs: number,
): TailEvent {
  return {
    ...{ teamId, uuid: randomUUID(), event, distinctId: 'sluice-test', propertiesJson },
    ...{ personId: NO_PERSON, personPropertiesJson: PERSON, timestamp: new Date(nowMs).toISOString() },
    insertedAtMicros: nowMs * MICROS_PER_MS,
  };
}
