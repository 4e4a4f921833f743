import { ColorSwatch, Group, Progress, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { duration } from '../../parts/format.ts';
import { phasesOf, wasKept, type Timing } from './request-timing.ts';

/** Where the time of a request went; nothing when nobody has measured it. */
export function RequestTiming({ timing }: { timing: Timing }): ReactNode {
  const phases = phasesOf(timing);
  if (phases.length === 0) {
    return null;
  }
  return (
    <Stack gap={4}>
      <Progress.Root size="sm" aria-hidden="true">
        {phases.map(({ name, share, color }) => (
          <Progress.Section key={name} value={share} color={color} withAria={false} />
        ))}
      </Progress.Root>
      <Group gap="sm" aria-label="Where the time went" role="group">
        {wasKept(timing) && (
          <Text size="xs" c="dimmed">
            Connection kept from before
          </Text>
        )}
        {phases.map(({ name, ms, color }) => (
          <Group key={name} gap={4} wrap="nowrap">
            <ColorSwatch
              size={8}
              color={`var(--mantine-color-${color}-filled)`}
              withShadow={false}
              aria-hidden="true"
            />
            <Text size="xs">
              {name} {ms < 1 ? '<1 ms' : duration(ms)}
            </Text>
          </Group>
        ))}
        <Text size="xs" c="dimmed">
          of {duration(timing.duration_ms)}
        </Text>
      </Group>
    </Stack>
  );
}
