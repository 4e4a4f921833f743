import { Select, Stack, Text, type ComboboxItem } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState, type KeyboardEvent, type ReactNode } from 'react';
import { useDestination, useFoundDestinations, type Destination } from './data.ts';
import { placeOf } from './place-of.ts';

/** Nobody wants a question per key stroke. */
const TYPING_MS = 200;

interface Props {
  label: string;
  /** Only destinations of this kind; without one each says its own. */
  kind?: string;
  /** What can be chosen beside destinations; first in the list. */
  others?: readonly ComboboxItem[];
  /** The id of a destination, or the value of one of the others. */
  value: string;
  onChange: (value: string) => void;
}

/** Chooses a destination of any number: those that hold what is typed are asked of the API. */
export function DestinationSelect({ label, kind, others = [], value, onChange }: Props): ReactNode {
  const isOther = others.some((other) => other.value === value);
  const chosen = useDestination(isOther ? '' : value).data;
  const named = (destination: Destination): ComboboxItem => ({
    value: destination.id,
    label: kind === undefined ? `${destination.name} (${destination.kind})` : destination.name,
  });
  const [search, setSearch] = useState('');
  const shown = isOther ? others.find((other) => other.value === value)?.label : chosen && named(chosen).label;
  const { found, isSearching } = useSearch(search === shown ? '' : search, kind);
  const known = new Map([...found, ...(chosen === undefined ? [] : [chosen])].map((one) => [one.id, one]));
  return (
    <Select
      label={label}
      description="Newest first; type to find any other."
      searchable
      // Enter takes the first of what was found, never of what was there before.
      selectFirstOptionOnChange={!isSearching}
      allowDeselect={false}
      nothingFoundMessage={isSearching ? 'Searching…' : 'No destination is called like that.'}
      data={[...others, ...[...known.values()].map(named)]}
      value={value}
      onChange={(next) => {
        if (next !== null) {
          onChange(next);
        }
      }}
      searchValue={search}
      onSearchChange={setSearch}
      onKeyDown={staysHere}
      renderOption={({ option }) => <Option name={option.label} destination={known.get(option.value)} />}
    />
  );
}

/** Enter chooses; it does not send the form around the field, also while nothing is found. */
function staysHere(event: KeyboardEvent): void {
  if (event.key === 'Enter') {
    event.preventDefault();
  }
}

/** What is typed is in the name of an option: what else the API finds by it is left out by the field. */
function useSearch(typed: string, kind: string | undefined): { found: Destination[]; isSearching: boolean } {
  const [settled] = useDebouncedValue(typed, TYPING_MS);
  const q = settled.trim();
  const { data, isPending, isPlaceholderData } = useFoundDestinations({
    ...(q === '' ? {} : { q }),
    ...(kind === undefined ? {} : { kind }),
  });
  return { found: data?.items ?? [], isSearching: isPending || isPlaceholderData || settled !== typed };
}

function Option({ name, destination }: { name: string; destination: Destination | undefined }): ReactNode {
  const place = destination === undefined ? '' : placeOf(destination);
  return (
    <Stack gap={0}>
      <Text size="sm">{name}</Text>
      {place !== '' && (
        <Text size="xs" className="break-anywhere">
          {place}
        </Text>
      )}
    </Stack>
  );
}
