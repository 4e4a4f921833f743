import { Button, Group, Paper, Select, Stack, Text } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { Fragment, useRef, useState, type ReactNode } from 'react';
import { ConditionRow } from './condition-row.tsx';
import { isGroup, MAX_DEPTH, NEW_CONDITION, newGroup, type Filter, type Group as FilterGroup } from './conditions.ts';

interface Shared {
  errors: Readonly<Record<string, string>>;
}

export interface FilterListProps extends Shared {
  filters: readonly Filter[];
  /** What holds between them. */
  joined: FilterGroup['operator'];
  /** `2.`: numbers of the groups around it. */
  number?: string;
  /** `1.filters.`: where the API finds them. */
  place?: string;
  depth?: number;
  onChange: (filters: Filter[]) => void;
}

/** Conditions and groups of them, one below the other. */
export function FilterList(props: FilterListProps): ReactNode {
  const { filters, joined, errors, number = '', place = '', depth = 0, onChange } = props;
  const [added, setAdded] = useState<number>();
  const addButton = useRef<HTMLButtonElement>(null);
  const add = (filter: Filter): void => {
    setAdded(filters.length);
    onChange([...filters, filter]);
  };
  return (
    <Stack gap="xs">
      {filters.map((filter, index) => (
        <Fragment key={index}>
          {index > 0 && (
            <Text size="xs" c="dimmed" fw={600}>
              {joined}
            </Text>
          )}
          <FilterItem
            {...{ filter, errors, depth, isNew: added === index }}
            number={`${number}${String(index + 1)}`}
            place={`${place}${String(index)}`}
            onChange={(next) => {
              onChange(filters.map((old, at) => (at === index ? next : old)));
            }}
            onRemove={() => {
              setAdded(undefined);
              // The keyboard goes on where something can be done.
              addButton.current?.focus();
              onChange(filters.filter((_, at) => at !== index));
            }}
          />
        </Fragment>
      ))}
      <Group gap="xs">
        <Button
          ref={addButton}
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} />}
          onClick={() => {
            add(NEW_CONDITION);
          }}
        >
          {number === '' ? 'Add a condition' : `Add to group ${number.slice(0, -1)}`}
        </Button>
        {depth < MAX_DEPTH && (
          <Button
            variant="subtle"
            size="xs"
            onClick={() => {
              add(newGroup(joined));
            }}
          >
            {number === '' ? 'Add a group' : `Add a group to group ${number.slice(0, -1)}`}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

interface ItemProps extends Shared {
  filter: Filter;
  /** `2.1` */
  number: string;
  place: string;
  depth: number;
  isNew: boolean;
  onChange: (filter: Filter) => void;
  onRemove: () => void;
}

function FilterItem({ filter, number, depth, ...rest }: ItemProps): ReactNode {
  return isGroup(filter) ? (
    <GroupBox {...{ group: filter, number, depth: depth + 1, ...rest }} />
  ) : (
    <ConditionRow {...{ condition: filter, label: `Condition ${number}`, ...rest }} />
  );
}

const JOINS = [
  { value: 'and', label: 'All of these hold' },
  { value: 'or', label: 'At least one of these holds' },
];

function GroupBox({
  group,
  number,
  place,
  depth,
  errors,
  onChange,
  onRemove,
}: Omit<ItemProps, 'filter'> & { group: FilterGroup }): ReactNode {
  return (
    <Paper withBorder p="xs" role="group" aria-label={`Group ${number}`}>
      <Stack gap="xs">
        <Group gap="xs" justify="space-between">
          <Select
            aria-label={`Group ${number}: which must hold`}
            allowDeselect={false}
            data={JOINS}
            style={{ flex: '0 1 260px' }}
            value={group.operator}
            onChange={(operator) => {
              onChange({ ...group, operator: operator === 'or' ? 'or' : 'and' });
            }}
          />
          <Button variant="subtle" color="gray" size="xs" leftSection={<IconTrash size={14} />} onClick={onRemove}>
            Remove group {number}
          </Button>
        </Group>
        <FilterList
          {...{ errors, depth, joined: group.operator, filters: group.filters }}
          number={`${number}.`}
          place={`${place}.filters.`}
          onChange={(filters) => {
            // A group of nothing says nothing.
            if (filters.length === 0) {
              onRemove();
            } else {
              onChange({ ...group, filters });
            }
          }}
        />
      </Stack>
    </Paper>
  );
}
