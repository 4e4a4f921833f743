import { Anchor, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../../../api-client/index.ts';
import { Note } from '../../parts/note.tsx';
import { toneOf } from '../../parts/statuses.ts';
import { meaningOf } from '../webhooks/health-means.ts';

type Overview = Schemas['Overview'];
type Item = Overview['attention'][number];

/** What somebody has to look at, with what to do; nothing when all is well. */
export function Attention({ overview: { attention, destinations } }: { overview: Overview }): ReactNode {
  const states = new Map(destinations.map(({ id, state }) => [id, state]));
  return attention.length === 0 ? null : (
    <Stack gap="sm" aria-label="Needs attention" role="region">
      {attention.map((item) => (
        <ItemNote key={item.product + item.id} item={item} state={states.get(item.id) ?? ''} />
      ))}
    </Stack>
  );
}

/** Of a webhook it is the state of its endpoint that says what to do. */
function ItemNote({
  item: { product, id, name, health, reason, remedy },
  state,
}: {
  item: Item;
  state: string;
}): ReactNode {
  const todo = remedy ?? (product === 'webhook' ? meaningOf(state)?.text : undefined);
  return (
    <Note tone={toneOf(health)} title={`${name}: ${reason}`}>
      {todo !== undefined && <Text size="sm">{todo}</Text>}
      <Anchor
        component={Link}
        to={product === 'webhook' ? `/webhooks/${id}` : `/exports/${id}`}
        size="sm"
        c="inherit"
        td="underline"
      >
        Look at {name}
      </Anchor>
    </Note>
  );
}
