import { ActionIcon, Button, Group, Input, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';

export interface PairsInputProps {
  label: string;
  description?: string | undefined;
  error?: string | undefined;
  required?: boolean;
  value: unknown;
  onChange: (value: Record<string, string> | undefined) => void;
  onBlur?: () => void;
}

type Pair = [name: string, value: string];

/** Names with values, such as headers. A row without a name is not there. */
export function PairsInput({
  label,
  description,
  error,
  required,
  value,
  onChange,
  onBlur,
}: PairsInputProps): ReactNode {
  const [pairs, setPairs] = useState<Pair[]>(() => Object.entries((value ?? {}) as Record<string, string>));
  const change = (next: Pair[]): void => {
    setPairs(next);
    const named = next.filter(([name]) => name !== '');
    onChange(named.length === 0 ? undefined : Object.fromEntries(named));
  };
  return (
    <Input.Wrapper
      label={label}
      description={description}
      error={error}
      required={required === true}
      labelElement="div"
    >
      <Stack gap="xs" mt={4}>
        {pairs.map((pair, index) => (
          <PairRow
            key={index}
            pair={pair}
            label={`${label} ${String(index + 1)}`}
            onBlur={onBlur}
            onChange={(next) => {
              change(pairs.map((old, at) => (at === index ? next : old)));
            }}
            onRemove={() => {
              change(pairs.filter((_, at) => at !== index));
            }}
          />
        ))}
        <Button
          variant="default"
          size="xs"
          w="fit-content"
          leftSection={<IconPlus size={14} />}
          onClick={() => {
            change([...pairs, ['', '']]);
          }}
        >
          Add
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}

interface PairRowProps {
  pair: Pair;
  label: string;
  onChange: (pair: Pair) => void;
  onRemove: () => void;
  onBlur: (() => void) | undefined;
}

function PairRow({ pair: [name, text], label, onChange, onRemove, onBlur }: PairRowProps): ReactNode {
  return (
    <Group gap="xs" wrap="nowrap" onBlur={onBlur}>
      <TextInput
        aria-label={`${label}: name`}
        placeholder="Name"
        value={name}
        onChange={(event) => {
          onChange([event.currentTarget.value, text]);
        }}
      />
      <TextInput
        aria-label={`${label}: value`}
        placeholder="Value"
        style={{ flex: 1 }}
        value={text}
        onChange={(event) => {
          onChange([name, event.currentTarget.value]);
        }}
      />
      <ActionIcon variant="subtle" color="gray" aria-label={`${label}: remove`} onClick={onRemove}>
        <IconTrash size={16} />
      </ActionIcon>
    </Group>
  );
}
