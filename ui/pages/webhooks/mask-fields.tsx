import { Group, NumberInput, Select, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { ExactTags } from '../../parts/exact-tags.tsx';
import { MASK_KEYS, MASK_UNITS, NEW_MASK, type MaskForm, type MaskKey } from './mask-form.ts';

const KEYS = Object.entries(MASK_KEYS).map(([value, label]) => ({ value, label }));

export interface MaskFieldsProps {
  value: MaskForm | undefined;
  error: string | undefined;
  onChange: (value: MaskForm | undefined) => void;
}

/** At most one event of each person, id or value in a time. */
export function MaskFields({ value, error, onChange }: MaskFieldsProps): ReactNode {
  return (
    <Stack gap="xs">
      <Select
        label="At most one event for each"
        description="Others of the same time are not sent."
        placeholder="All events are sent"
        clearable
        data={KEYS}
        value={value?.by ?? null}
        error={error}
        onChange={(by) => {
          onChange(by === null ? undefined : { ...(value ?? NEW_MASK), by: by as MaskKey });
        }}
      />
      {value !== undefined && <MaskTime value={value} onChange={onChange} />}
      {value !== undefined && (value.by === 'event' || value.by === 'person_property') && (
        <ExactTags
          label="Property"
          description="Its name; of a nested one the names from the outside in, each ended with Enter."
          required
          value={value.path}
          onChange={(path) => {
            onChange({ ...value, path });
          }}
        />
      )}
    </Stack>
  );
}

function MaskTime({ value, onChange }: { value: MaskForm; onChange: (value: MaskForm) => void }): ReactNode {
  return (
    <Group align="flex-end">
      <NumberInput
        label="in"
        min={1}
        allowDecimal={false}
        value={value.amount}
        onChange={(amount) => {
          onChange({ ...value, amount: Number(amount) });
        }}
      />
      <Select
        aria-label="Unit of time"
        allowDeselect={false}
        data={MASK_UNITS}
        value={value.unit}
        onChange={(unit) => {
          onChange({ ...value, unit: unit ?? 'hours' });
        }}
      />
    </Group>
  );
}
