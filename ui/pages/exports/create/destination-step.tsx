import { Button, Group, Radio, Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useDestinations, type Destination, type DestinationKind } from '../data.ts';
import { NewDestination } from './new-destination.tsx';

const NEW = 'new';

interface Props {
  kind: DestinationKind;
  chosen: string | undefined;
  onChosen: (destinationId: string) => void;
}

/** One that exists, or a new one. */
export function DestinationStep({ kind, chosen, onChosen }: Props): ReactNode {
  const all = useDestinations().data;
  const [value, setValue] = useState(chosen);
  if (all === undefined) {
    return null;
  }
  const existing = all.filter((one) => one.kind === kind.kind);
  const selected = value ?? existing[0]?.id ?? NEW;
  return (
    <Stack mt="md" maw={720}>
      {existing.length > 0 && (
        <Radio.Group label="Destination" value={selected} onChange={setValue}>
          <Stack gap="xs" mt="xs">
            {existing.map((one) => (
              <Radio key={one.id} value={one.id} label={one.name} description={placeOf(one)} />
            ))}
            <Radio value={NEW} label="A new one" />
          </Stack>
        </Radio.Group>
      )}
      {selected === NEW ? (
        <NewDestination kind={kind} onCreated={onChosen} />
      ) : (
        <Group>
          <Button
            onClick={() => {
              onChosen(selected);
            }}
          >
            Next: rows
          </Button>
          <Text size="sm" c="dimmed">
            Several exports may share a destination.
          </Text>
        </Group>
      )}
    </Stack>
  );
}

const PLACE = [
  'bucket',
  'container',
  'directory',
  'host',
  'account',
  'project_id',
  'url',
  'prefix',
  'database',
  'table',
];

/** Where rows go, from settings that are no secrets. */
export function placeOf({ config }: Destination): string {
  return PLACE.map((name) => config[name])
    .filter((value) => typeof value === 'string' && value !== '')
    .join(' · ');
}
