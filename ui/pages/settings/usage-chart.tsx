import { Anchor, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { TimeChart } from '../../charts/time-chart.tsx';
import { shortCount } from '../../parts/format.ts';
import { SectionCard } from '../../parts/section-card.tsx';

interface Props {
  title: string;
  /** What the chart shows. */
  label: string;
  /** What is counted. */
  of: string;
  /** UTC days, oldest first. */
  points: readonly { day: string; value: number }[];
  color: string;
  /** What is said, and where it leads, when nothing was counted. */
  none: { title: string; text: string; to: string; link: string };
}

/** A product by day; without anything it says what would be there. */
export function UsageChart({ title, label, of, points, color, none }: Props): ReactNode {
  return (
    <SectionCard title={title}>
      {points.some(({ value }) => value > 0) ? (
        <TimeChart
          kind="bar"
          label={label}
          zone="UTC"
          points={points.map(({ day, value }) => ({ at: `${day}T00:00:00Z`, [of]: value }))}
          series={[{ name: of, label: of, color }]}
          format={shortCount}
        />
      ) : (
        <Stack gap="xs">
          <Text fw={600}>{none.title}</Text>
          <Text size="sm" c="dimmed">
            {none.text}
          </Text>
          <Anchor component={Link} to={none.to} size="sm" className="tap">
            {none.link}
          </Anchor>
        </Stack>
      )}
    </SectionCard>
  );
}
