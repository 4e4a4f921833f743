import { Anchor, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../../../api-client/index.ts';
import { duration, percent, shortCount } from '../../parts/format.ts';
import { SectionCard } from '../../parts/section-card.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';

type Card = Schemas['Overview']['destinations'][number];

/** The destinations of one product, with how each did in the last day. */
export function DestinationCards({
  title,
  path,
  cards,
}: {
  title: string;
  path: string;
  cards: readonly Card[];
}): ReactNode {
  const all = (
    <Anchor component={Link} to={path} size="sm">
      All
    </Anchor>
  );
  return (
    <SectionCard title={title} actions={all}>
      {cards.map((card) => (
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
            {error.remedy ?? error.message}
          </Text>
        )}
      </Stack>
      <StatusBadge status={health} />
    </Group>
  );
}

function figuresOf({ product, sent, success_rate: rate, lag_seconds: lag }: Card): string[] {
  const unit = product === 'webhook' ? 'delivered' : 'rows';
  return [
    `${shortCount(sent)} ${unit}`,
    ...(rate === null ? [] : [`${percent(rate)} success`]),
    ...(lag === null ? [] : [`${duration(lag * 1_000)} behind`]),
  ];
}
