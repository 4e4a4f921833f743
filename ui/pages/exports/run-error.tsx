import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Note } from '../../parts/note.tsx';
import type { Run } from './data.ts';

const WHO: Readonly<Record<string, string>> = {
  customer: 'You can put this right.',
  destination: 'The destination has to recover; Sluice tries again.',
  platform: 'This is Sluice’s own fault; it tries again.',
};

/** Why a run failed, and who has to act. */
export function RunError({ error }: { error: NonNullable<Run['error']> }): ReactNode {
  return (
    <Note tone="bad" title={error.message}>
      <Stack gap={4}>
        {error.remedy !== null && <Text size="sm">{error.remedy}</Text>}
        <Text size="xs">
          {error.fault === null ? '' : WHO[error.fault]} {error.code}
          {error.step === null ? '' : ` in ${error.step}`}
        </Text>
      </Stack>
    </Note>
  );
}
