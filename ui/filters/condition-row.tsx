import { ActionIcon, Autocomplete, Box, Group, Select, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ExactTags } from '../parts/exact-tags.tsx';
import {
  OPERATORS,
  saidOf,
  takes,
  typedValue,
  withOperator,
  type Condition,
  type Source,
  type Takes,
} from './conditions.ts';
import { usePropertyNames } from './property-names.ts';

const SOURCES = [
  { value: 'event', label: 'Event' },
  { value: 'person', label: 'Person' },
];
const WORDS = OPERATORS.map(({ value, label }) => ({ value, label }));
const HINTS: Readonly<Record<Takes, string>> = {
  text: 'Empty text',
  list: 'Each ended with Enter',
  nothing: '',
  pattern: 'RE2, such as ^/checkout',
  number: 'A number',
  date: '2026-11-21 or with a time',
};
/** As many of the names as are shown at once. */
const OFFERED = 50;

export interface ConditionRowProps {
  /** `Condition 2.1`: who cannot see the row hears which one it is. */
  label: string;
  /** Where the API finds it: `1.filters.0`. */
  place: string;
  condition: Condition;
  errors: Readonly<Record<string, string>>;
  /** It has just been added by hand. */
  isNew: boolean;
  onChange: (condition: Condition) => void;
  onRemove: () => void;
}

/** Whose property, which one, how it is compared, and with what. */
export function ConditionRow(props: ConditionRowProps): ReactNode {
  const { label, place, condition, errors, isNew, onChange, onRemove } = props;
  const names = usePropertyNames();
  return (
    <Box role="group" aria-label={label}>
      <Group gap="xs" align="flex-start">
        <Select
          aria-label={`${label}: of the event or the person`}
          allowDeselect={false}
          data={SOURCES}
          style={{ flex: '1 1 100px' }}
          value={condition.source}
          onChange={(source) => {
            onChange({ ...condition, source: (source ?? 'event') as Source });
          }}
        />
        <Autocomplete
          aria-label={`${label}: property`}
          placeholder="Property"
          limit={OFFERED}
          data={names[condition.source]}
          style={{ flex: '3 1 150px' }}
          autoFocus={isNew}
          value={condition.key}
          error={saidOf(errors, `${place}.key`)}
          onChange={(key) => {
            onChange({ ...condition, key });
          }}
        />
        <Select
          aria-label={`${label}: how it is compared`}
          allowDeselect={false}
          data={WORDS}
          style={{ flex: '2 1 150px' }}
          value={condition.operator}
          onChange={(operator) => {
            onChange(withOperator(condition, operator ?? 'exact'));
          }}
        />
        <ValueInput {...props} />
        <ActionIcon variant="subtle" color="gray" size={36} aria-label={`${label}: remove`} onClick={onRemove}>
          <IconTrash size={16} />
        </ActionIcon>
      </Group>
    </Box>
  );
}

function ValueInput({ label, place, condition, errors, onChange }: ConditionRowProps): ReactNode {
  const { operator, value } = condition;
  const what = takes(operator);
  const shared = {
    'aria-label': `${label}: value`,
    error: saidOf(errors, `${place}.value`) ?? errors[place],
    style: { flex: '3 1 150px' },
  };
  if (what === 'nothing') {
    return null;
  }
  return Array.isArray(value) ? (
    <ExactTags
      {...shared}
      placeholder={value.length === 0 ? HINTS.list : ''}
      value={value.map(String)}
      onChange={(values) => {
        onChange({ ...condition, value: values });
      }}
    />
  ) : (
    <TextInput
      {...shared}
      placeholder={HINTS[what]}
      inputMode={what === 'number' ? 'decimal' : 'text'}
      value={String(value ?? '')}
      onChange={(event) => {
        onChange({ ...condition, value: typedValue(operator, event.currentTarget.value) });
      }}
    />
  );
}
