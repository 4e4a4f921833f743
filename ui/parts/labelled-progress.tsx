import { Group, Progress, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { duration } from './format.ts';

/** How far something is, and how long it may still take. `etaSeconds`: null while nobody knows. */
export function LabelledProgress({
  label,
  percent,
  etaSeconds,
  active,
}: {
  label: string;
  percent: number;
  etaSeconds: number | null;
  active: boolean;
}): ReactNode {
  const eta = etaSeconds === null ? '' : `about ${duration(etaSeconds * 1_000)} left`;
  return (
    <Stack gap={4}>
      <Progress.Root size="lg">
        <Progress.Section value={percent} animated={active} aria-label={label} />
      </Progress.Root>
      <Group justify="space-between">
        <Text size="xs" c="dimmed">
          {String(percent)}%
        </Text>
        <Text size="xs" c="dimmed">
          {active ? eta : ''}
        </Text>
      </Group>
    </Stack>
  );
}
