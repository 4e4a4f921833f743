import { Button, Group, Radio, Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Pending } from '../../../parts/pending.tsx';
import { useFoundDestinations, type DestinationKind } from '../data.ts';
import { DestinationSelect } from '../destination-select.tsx';
import { NewDestination } from './new-destination.tsx';

interface Props {
  kind: DestinationKind;
  chosen: string | undefined;
  onChosen: (destinationId: string) => void;
}

/** One that exists, or a new one; where there is none yet, its form at once. */
export function DestinationStep({ kind, chosen, onChosen }: Props): ReactNode {
  const { data, error } = useFoundDestinations({ kind: kind.kind });
  const [isNew, setNew] = useState(false);
  const [value, setValue] = useState(chosen);
  if (data === undefined) {
    return <Pending error={error} />;
  }
  const selected = value ?? data.items[0]?.id;
  return (
    <Stack mt="md" maw={720}>
      {selected !== undefined && (
        <Radio.Group
          label="Where to"
          value={isNew ? 'new' : 'existing'}
          onChange={(which) => {
            setNew(which === 'new');
          }}
        >
          <Group mt="xs">
            <Radio value="existing" label="One that exists" />
            <Radio value="new" label="A new one" />
          </Group>
        </Radio.Group>
      )}
      {selected === undefined || isNew ? (
        <NewDestination kind={kind} action="Next: rows" onCreated={onChosen} />
      ) : (
        <Existing kind={kind} selected={selected} onSelect={setValue} onChosen={onChosen} />
      )}
    </Stack>
  );
}

function Existing({
  kind,
  selected,
  onSelect,
  onChosen,
}: {
  kind: DestinationKind;
  selected: string;
  onSelect: (id: string) => void;
  onChosen: (id: string) => void;
}): ReactNode {
  return (
    <>
      <DestinationSelect label="Destination" kind={kind.kind} value={selected} onChange={onSelect} />
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
    </>
  );
}
