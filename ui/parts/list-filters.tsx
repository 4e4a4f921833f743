import { Group, Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { SearchInput } from './search-input.tsx';
import { statusLabel } from './statuses.ts';
import type { ListFilter } from './use-list-filter.ts';

interface Choice<Name extends string> {
  name: Name;
  label: string;
  values: readonly string[];
}

interface Props<Name extends string> {
  filter: ListFilter<Name>;
  label: string;
  placeholder: string;
  choices: readonly Choice<Name>[];
}

/** What narrows the list below. */
export function ListFilters<Name extends string>({ filter, label, placeholder, choices }: Props<Name>): ReactNode {
  return (
    <Group gap="sm">
      <SearchInput
        label={label}
        placeholder={placeholder}
        value={filter.valueOf('q')}
        onChange={(text) => {
          filter.set('q', text);
        }}
      />
      {choices.map((choice) => (
        <Select
          key={choice.name}
          aria-label={choice.label}
          placeholder={choice.label}
          clearable
          w={170}
          data={choice.values.map((value) => ({ value, label: statusLabel(value) }))}
          value={filter.valueOf(choice.name) || null}
          onChange={(value) => {
            filter.set(choice.name, value ?? '');
          }}
        />
      ))}
    </Group>
  );
}
