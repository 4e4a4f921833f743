import { Button, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { DifferenceTable } from '../parts/difference-table.tsx';
import { words } from '../parts/format.ts';
import { Note } from '../parts/note.tsx';
import type { Seen } from './use-seen.ts';

interface Props<Thing> {
  seen: Seen<Thing>;
  current: Thing;
  /** On the button that saves. */
  action: string;
}

/** Nothing unless somebody else saved while the form was open; then what, and whose settings shall stay. */
export function ChangedElsewhere<Thing>({ seen, current, action }: Props<Thing>): ReactNode {
  const { changes, take, overwrite } = seen;
  if (changes.length === 0) {
    return null;
  }
  return (
    <Note tone="warn" role="alert" title="Somebody else has changed it meanwhile">
      <Stack gap="sm">
        <DifferenceTable
          label="What changed meanwhile"
          titles={['When you began', 'Now']}
          rows={changes.map((one) => ({ name: words(one.field), before: shown(one.before), after: shown(one.after) }))}
        />
        <Text size="sm">
          Nothing of yours is saved yet. “Take theirs” forgets it; after “Keep mine”, “{action}” replaces theirs.
        </Text>
        <Group>
          <Button
            variant="default"
            onClick={() => {
              take(current);
            }}
          >
            Take theirs
          </Button>
          <Button variant="default" onClick={overwrite}>
            Keep mine
          </Button>
        </Group>
      </Stack>
    </Note>
  );
}

function shown(value: unknown): string | null {
  return value === null ? null : typeof value === 'string' ? value : JSON.stringify(value);
}
