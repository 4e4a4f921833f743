import { Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { duration, localTime } from '../../../parts/format.ts';
import { useZone } from '../../../parts/zone.ts';
import type { Draft } from './draft.ts';

interface Props {
  draft: Draft;
  onChange: (draft: Draft) => void;
}

/** Of a copy or a change: bounds and spread that the export had, which stay unless somebody removes them. */
export function KeptSchedule({ draft, onChange }: Props): ReactNode {
  const { zone } = useZone();
  const { startAt, endAt, jitterSeconds } = draft;
  const kept = [
    ...(startAt === null ? [] : [`Nothing from before ${localTime(new Date(startAt), zone)}.`]),
    ...(endAt === null ? [] : [`Nothing from after ${localTime(new Date(endAt), zone)}.`]),
    ...(jitterSeconds === 0 ? [] : [`Runs begin up to ${duration(jitterSeconds * 1_000)} later.`]),
  ];
  return kept.length === 0 ? null : (
    <Group gap="xs">
      <Text size="sm" role="note">
        {kept.join(' ')}
      </Text>
      <Button
        variant="default"
        size="xs"
        onClick={() => {
          onChange({ ...draft, startAt: null, endAt: null, jitterSeconds: 0 });
        }}
      >
        Remove these limits
      </Button>
    </Group>
  );
}
