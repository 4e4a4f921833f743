import { SimpleGrid } from '@mantine/core';
import type { ReactNode } from 'react';
import { Figure } from '../../parts/figure.tsx';
import { count, duration } from '../../parts/format.ts';
import type { Overview, Totals } from './standing.ts';

/** Events in and out, how far behind, and how many need somebody. */
export function TotalFigures({ overview }: { overview: Overview }): ReactNode {
  const { webhooks, exports } = overview.totals;
  const eventsIn = overview.sources.reduce((sum, { events }) => sum + events, 0);
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }}>
      <Figure label="Events in" value={count(eventsIn)} hint="in the last hour" />
      <Figure label="Events delivered" value={count(webhooks.sent)} hint={hintOf(webhooks)} />
      <Figure label="Rows exported" value={count(exports.sent)} hint={hintOf(exports)} />
      <Figure
        label="Need somebody"
        value={count(webhooks.urgent + exports.urgent)}
        hint={`of ${count(webhooks.count + exports.count)} webhooks and exports`}
      />
    </SimpleGrid>
  );
}

function hintOf({ lag_seconds: lag }: Totals): string {
  const behind = lag === null ? '' : `; at most ${duration(lag * 1_000)} behind`;
  return `in 24 hours${behind}`;
}
