import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { count } from '../../parts/format.ts';
import { Note } from '../../parts/note.tsx';
import { toneOf } from '../../parts/statuses.ts';
import { meaningOf } from '../webhooks/health-means.ts';
import { placeOf, type Overview } from './standing.ts';

/** More of them would push everything else off the page. */
const SHOWN = 5;

type Item = Overview['attention'][number];

/** What somebody has to look at, with what to do; nothing when all is well. */
export function Attention({ overview: { attention, destinations } }: { overview: Overview }): ReactNode {
  const [all, setAll] = useState(false);
  const states = new Map(destinations.map(({ id, state }) => [id, state]));
  const shown = all ? attention : attention.slice(0, SHOWN);
  return attention.length === 0 ? null : (
    <Stack gap="sm" aria-label="Needs attention" role="region">
      {shown.map((item) => (
        <ItemNote key={item.product + item.id} item={item} state={states.get(item.id) ?? ''} />
      ))}
      {shown.length < attention.length && (
        <Group>
          <Button
            variant="default"
            onClick={() => {
              setAll(true);
            }}
          >
            Show all {count(attention.length)} that need somebody
          </Button>
        </Group>
      )}
    </Stack>
  );
}

/** Of a webhook it is the state of its endpoint that says what to do. */
function ItemNote({ item, state }: { item: Item; state: string }): ReactNode {
  const { product, name, health, reason, remedy } = item;
  const todo = remedy ?? (product === 'webhook' ? meaningOf(state)?.text : undefined);
  return (
    <Note tone={toneOf(health)} title={`${name}: ${reason}`}>
      {todo !== undefined && <Text size="sm">{todo}</Text>}
      <Anchor component={Link} to={placeOf(item)} size="sm" c="inherit" td="underline">
        Look at {name}
      </Anchor>
    </Note>
  );
}
