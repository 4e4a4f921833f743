import { Group, Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { INTERVAL_LABELS, WEEKDAYS } from '../intervals.ts';
import type { Draft } from './draft.ts';

const INTERVALS = Object.entries(INTERVAL_LABELS).map(([value, label]) => ({ value, label }));
const HOURS = Array.from({ length: 24 }, (_, hour) => ({
  value: String(hour),
  label: `${String(hour).padStart(2, '0')}:00`,
}));
const DAYS = WEEKDAYS.map((label, day) => ({ value: String(day), label }));
/** UTC is none of the names that browsers list. */
const ZONES = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])];

/** Days and weeks end by the clock of a zone. */
export function ScheduleFields({ draft, onChange }: { draft: Draft; onChange: (draft: Draft) => void }): ReactNode {
  const { interval } = draft;
  const set = (change: Partial<Draft>): void => {
    onChange({ ...draft, ...change });
  };
  const isLong = interval === 'day' || interval === 'week';
  return (
    <Group align="flex-end">
      <Select
        label="How often"
        allowDeselect={false}
        data={INTERVALS}
        value={interval}
        onChange={(value) => {
          set({ interval: (value ?? interval) as Draft['interval'] });
        }}
      />
      {interval === 'week' && (
        <Select
          label="Week ends on"
          allowDeselect={false}
          data={DAYS}
          value={String(draft.weekdayOffset)}
          onChange={(day) => {
            set({ weekdayOffset: Number(day) });
          }}
        />
      )}
      {isLong && (
        <Select
          label="At"
          w={110}
          allowDeselect={false}
          data={HOURS}
          value={String(draft.hourOffset)}
          onChange={(hour) => {
            set({ hourOffset: Number(hour) });
          }}
        />
      )}
      {isLong && (
        <Select
          label="Time zone"
          searchable
          allowDeselect={false}
          data={ZONES}
          value={draft.timeZone}
          onChange={(timeZone) => {
            set({ timeZone: timeZone ?? 'UTC' });
          }}
        />
      )}
    </Group>
  );
}
