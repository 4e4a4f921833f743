import type { Schemas } from '../../../api-client/index.ts';

type Mask = NonNullable<Schemas['Webhook']['mask']>;

export const MASK_KEYS = {
  person: 'Person',
  distinct_id: 'Distinct id',
  event: 'Value of an event’s property',
  person_property: 'Value of a person’s property',
} as const;
export type MaskKey = keyof typeof MASK_KEYS;

const UNIT_SECONDS = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 } as const;
export type MaskUnit = keyof typeof UNIT_SECONDS;
export const MASK_UNITS = Object.keys(UNIT_SECONDS) as MaskUnit[];

/** A mask as its fields show it. */
export interface MaskForm {
  by: MaskKey;
  /** Of a property. */
  path: string[];
  amount: number;
  unit: MaskUnit;
}

export const NEW_MASK: MaskForm = { by: 'person', path: [], amount: 1, unit: 'hours' };

/** In the largest unit that it is a whole number of. */
export function maskFormOf({ by, every_seconds: seconds }: Mask): MaskForm {
  const unit = MASK_UNITS.findLast((name) => seconds % UNIT_SECONDS[name] === 0) ?? 'seconds';
  const time = { amount: seconds / UNIT_SECONDS[unit], unit };
  if (typeof by === 'string') {
    return { by, path: [], ...time };
  }
  return { by: by.source === 'person' ? 'person_property' : 'event', path: by.path, ...time };
}

export function maskOf({ by, path, amount, unit }: MaskForm): Mask {
  const every_seconds = Math.round(amount * UNIT_SECONDS[unit]);
  if (by === 'person' || by === 'distinct_id') {
    return { every_seconds, by };
  }
  return { every_seconds, by: { source: by === 'event' ? 'event' : 'person', path } };
}
