import { Anchor, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../../../api-client/index.ts';
import { Note } from '../../parts/note.tsx';
import { toneOf } from '../../parts/statuses.ts';

type Item = Schemas['Overview']['attention'][number];

/** What somebody has to look at, with what to do; nothing when all is well. */
export function Attention({ items }: { items: readonly Item[] }): ReactNode {
  return (
    <Stack gap="sm" aria-label="Needs attention" role="region">
      {items.map(({ product, id, name, health, reason, remedy }) => (
        <Note key={product + id} tone={toneOf(health)} title={`${name}: ${reason}`}>
          {remedy !== null && <Text size="sm">{remedy}</Text>}
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
      ))}
    </Stack>
  );
}
