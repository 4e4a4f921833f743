import { Group } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import type { ReactNode } from 'react';
import { browserZone } from '../../parts/format.ts';

/** Local times as the pickers have them: `2026-11-21 10:00:00`; null while nothing is chosen. */
export interface LocalRange {
  from: string | null;
  to: string | null;
}

/** From and to, in the browser's zone; a dialog begins here. `errors` by field, from the API. */
export function RangeInput({
  range,
  onChange,
  errors = {},
}: {
  range: LocalRange;
  onChange: (range: LocalRange) => void;
  errors?: Partial<Record<'from' | 'to', string>>;
}): ReactNode {
  const shared = { withSeconds: false, clearable: true, valueFormat: 'D MMM YYYY HH:mm', maxDate: new Date() };
  return (
    <Group grow align="flex-start">
      <DateTimePicker
        {...shared}
        data-autofocus
        label="From"
        description={browserZone()}
        value={range.from}
        error={errors.from}
        onChange={(from) => {
          onChange({ ...range, from });
        }}
      />
      <DateTimePicker
        {...shared}
        label="To, exclusive"
        description={browserZone()}
        value={range.to}
        error={errors.to}
        onChange={(to) => {
          onChange({ ...range, to });
        }}
      />
    </Group>
  );
}

/** RFC 3339, as the API wants it; undefined while one of the two is missing. */
export function utcRange({ from, to }: LocalRange): { from: string; to: string } | undefined {
  return from === null || to === null ? undefined : { from: utc(from), to: utc(to) };
}

function utc(local: string): string {
  return new Date(local.replace(' ', 'T')).toISOString();
}
