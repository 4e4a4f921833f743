import { Button, Group, Input, Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { BrokenJson } from '../form/broken-json.ts';
import { JsonInput } from '../form/json-input.tsx';
import { readFilters } from './conditions.ts';
import { FilterList } from './filter-list.tsx';

export interface FilterBuilderProps {
  label: string;
  /** Filters as the API takes them; undefined: none. */
  value: unknown;
  /** Of the whole. */
  error?: string | undefined;
  /** Of places within: `1.filters.0.key`. */
  errors?: Readonly<Record<string, string>>;
  onChange: (value: unknown) => void;
}

/** Conditions on properties, in rows or as JSON: both show the same value. */
export function FilterBuilder({ label, value, error, errors = {}, onChange }: FilterBuilderProps): ReactNode {
  const [wantsJson, setWantsJson] = useState(false);
  const filters = readFilters(value);
  const asJson = wantsJson || filters === undefined;
  // What is broken, or has gaps, says so where it is.
  const saysItself = value instanceof BrokenJson || (Object.keys(errors).length > 0 && !asJson);
  return (
    <Input.Wrapper
      label={label}
      labelElement="div"
      role="group"
      aria-label={label}
      error={saysItself ? undefined : error}
    >
      <Stack gap="xs" mt={4}>
        <Group gap="xs" justify="space-between">
          <Text size="sm" c="dimmed">
            {filters?.length === 0 ? 'None: events with any properties.' : 'All of them must hold.'}
          </Text>
          <Button
            variant="subtle"
            size="xs"
            disabled={filters === undefined}
            onClick={() => {
              setWantsJson(!asJson);
            }}
          >
            {asJson ? 'Show rows' : 'Show JSON'}
          </Button>
        </Group>
        {asJson ? (
          <JsonInput
            label={`${label}, as JSON`}
            description={filters === undefined ? 'This cannot be shown in rows.' : 'As docs/filters.md describes them.'}
            value={value}
            onChange={onChange}
          />
        ) : (
          <FilterList
            filters={filters}
            joined="and"
            errors={errors}
            onChange={(next) => {
              onChange(next.length === 0 ? undefined : next);
            }}
          />
        )}
      </Stack>
    </Input.Wrapper>
  );
}
