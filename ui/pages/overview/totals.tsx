import { SimpleGrid } from '@mantine/core';
import type { ReactNode } from 'react';
import { Figure } from '../../parts/figure.tsx';
import { count, duration } from '../../parts/format.ts';
import { totalsOf, type Moved, type Overview } from './standing.ts';

/** Events in and out, how far behind, and how many need somebody. */
export function TotalFigures({ overview }: { overview: Overview }): ReactNode {
  const { eventsIn, delivered, exported } = totalsOf(overview);
  const { attention, destinations } = overview;
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }}>
      <Figure label="Events in" value={count(eventsIn)} hint="in the last hour" />
      <Figure label="Events delivered" value={count(delivered.sent)} hint={hintOf(delivered)} />
      <Figure label="Rows exported" value={count(exported.sent)} hint={hintOf(exported)} />
      <Figure
        label="Need somebody"
        value={count(attention.length)}
        hint={`of ${count(destinations.length)} webhooks and exports`}
      />
    </SimpleGrid>
  );
}

function hintOf({ lagSeconds }: Moved): string {
  const behind = lagSeconds === null ? '' : `; at most ${duration(lagSeconds * 1_000)} behind`;
  return `in 24 hours${behind}`;
}
