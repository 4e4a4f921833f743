import { Anchor, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { count, duration, percent, shortCount } from '../../parts/format.ts';
import { healthLabel } from '../../parts/health-label.ts';
import { SectionCard } from '../../parts/section-card.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { statusLabel } from '../../parts/statuses.ts';
import { groupsOf, type Card, type Overview, type Totals } from './standing.ts';

/** As many as somebody looks through; the API has those first that count most. */
const SHOWN = 8;

/** The destinations of one product: how many are how, and those that count most with how they did in the last day. */
export function DestinationCards({
  title,
  product,
  overview: { destinations, totals },
}: {
  title: string;
  product: Card['product'];
  overview: Overview;
}): ReactNode {
  const path = `/${product}s`;
  const cards = destinations.filter((card) => card.product === product);
  const all = (
    <Anchor component={Link} to={path} size="sm">
      All
    </Anchor>
  );
  return (
    <SectionCard title={title} actions={all}>
      {cards.length > 0 && <Groups product={product} totals={totals[`${product}s`]} />}
      {cards.slice(0, SHOWN).map((card) => (
        <CardLine key={card.id} card={card} to={`${path}/${card.id}`} />
      ))}
      {cards.length === 0 && (
        <Text size="sm" c="dimmed">
          None yet.
        </Text>
      )}
    </SectionCard>
  );
}

/** Each leads to the list of just these. */
function Groups({ product, totals }: { product: Card['product']; totals: Totals }): ReactNode {
  const hidden = totals.count - SHOWN;
  return (
    <Text size="xs" c="dimmed" component="div">
      {groupsOf(product, totals).map(({ status, count: n, to }, index) => (
        <span key={status}>
          {index > 0 && ', '}
          <Anchor component={Link} to={to} size="xs" underline="always" className="tap">
            {count(n)} {statusLabel(status)}
          </Anchor>
        </span>
      ))}
      . Figures are of the last 24 hours{hidden > 0 ? `; ${count(hidden)} more are in the list` : ''}.
    </Text>
  );
}

function CardLine({ card, to }: { card: Card; to: string }): ReactNode {
  const { name, kind, destination, health, last_error: error } = card;
  const place = destination === null ? kind : `${destination.name} (${kind})`;
  return (
    <Group justify="space-between" wrap="nowrap" align="flex-start">
      <Stack gap={0} style={{ minWidth: 0 }}>
        <Anchor component={Link} to={to} fw={600} className="break-anywhere">
          {name}
        </Anchor>
        <Text size="xs" c="dimmed" className="break-anywhere">
          {[place, ...figuresOf(card)].join(' · ')}
        </Text>
        {error !== null && health !== 'healthy' && (
          <Text size="xs" c="dimmed" lineClamp={2}>
            {[error.message, error.remedy].filter(Boolean).join(' ')}
          </Text>
        )}
      </Stack>
      <StatusBadge status={health} label={healthLabel(card)} />
    </Group>
  );
}

function figuresOf({ product, sent, success_rate: rate, lag_seconds: lag }: Card): string[] {
  const unit = product === 'webhook' ? 'delivered' : 'rows';
  return [
    `${shortCount(sent)} ${unit}`,
    ...(rate === null ? [] : [`${percent(rate)} of ${product === 'webhook' ? 'attempts' : 'runs'} succeeded`]),
    ...(lag === null ? [] : [`${duration(lag * 1_000)} behind`]),
  ];
}
