import { Alert, Stack, Text } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Run } from './data.ts';

const WHO: Readonly<Record<string, string>> = {
  customer: 'You can put this right.',
  destination: 'The destination has to recover; Sluice tries again.',
  platform: 'This is Sluice’s own fault; it tries again.',
};

/** Why a run failed, and who has to act. */
export function RunError({ error }: { error: NonNullable<Run['error']> }): ReactNode {
  return (
    <Alert color="red" variant="outline" icon={<IconAlertCircle />} title={error.message}>
      <Stack gap={4}>
        {error.remedy !== null && <Text size="sm">{error.remedy}</Text>}
        <Text size="xs" c="dimmed">
          {error.fault === null ? '' : WHO[error.fault]} {error.code}
          {error.step === null ? '' : ` in ${error.step}`}
        </Text>
      </Stack>
    </Alert>
  );
}
