import { Code, Group, Text, Timeline } from '@mantine/core';
import type { ReactNode } from 'react';
import { duration, percent, words } from '../../parts/format.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import type { WebhookState } from './queries.ts';

type Evidence = WebhookState['evidence'];

/** Each change of mind about the endpoint, newest first, with what was seen. */
export function HealthTimeline({ state }: { state: WebhookState }): ReactNode {
  if (state.transitions.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        It has been {state.health} since <Time at={state.since} />.
      </Text>
    );
  }
  return (
    <Timeline bulletSize={14} lineWidth={2}>
      {state.transitions.map(({ from, to, at, evidence, by }) => (
        <Timeline.Item key={`${at} ${to}`}>
          <Group gap="xs">
            <StatusBadge status={from} />
            <span aria-label="became">→</span>
            <StatusBadge status={to} />
            <Text size="sm" c="dimmed">
              <Time at={at} />
            </Text>
            {by !== null && (
              <Text size="sm" c="dimmed" className="break-anywhere">
                by {by.name}
              </Text>
            )}
          </Group>
          <EvidenceLine evidence={evidence} />
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

function EvidenceLine({ evidence }: { evidence: Evidence }): ReactNode {
  const seen = Object.entries(evidence).filter(([, value]) => value !== null && value !== '');
  return (
    <Group gap="xs" mt={4}>
      {seen.map(([name, value]) => (
        <Text key={name} size="xs" c="dimmed" className="break-anywhere" component="div">
          {words(toWords(name.replace(/Ms$/, '')))}: {plain(name, value)}
        </Text>
      ))}
    </Group>
  );
}

/** What a name says of its value: milliseconds, shares and times. */
function plain(name: string, value: unknown): ReactNode {
  if (typeof value === 'number' && name.endsWith('Ms')) {
    return duration(value);
  }
  if (typeof value === 'number' && name.endsWith('Rate')) {
    return percent(value);
  }
  if (typeof value === 'string' && /(?:At|Since)$/.test(name)) {
    return <Time at={value} />;
  }
  return <Code c="inherit">{typeof value === 'string' ? value : JSON.stringify(value)}</Code>;
}

function toWords(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
