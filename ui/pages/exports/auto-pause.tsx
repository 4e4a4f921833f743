import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { count } from '../../parts/format.ts';
import { Note } from '../../parts/note.tsx';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { Time } from '../../parts/time.tsx';
import { useCan } from '../../session/session.tsx';
import { ConnectionSteps } from './create/connection-steps.tsx';
import type { ExportDetail } from './data.ts';
import { useDestinationCheck } from './use-destination-check.ts';

type Reason = NonNullable<ExportDetail['pause_reason']>;

/** Why Sluice has paused an export, and the way out of it. */
export function AutoPause({ detail, reason }: { detail: ExportDetail; reason: Reason }): ReactNode {
  const { message, remedy, failures, run_id: runId, at } = reason;
  const runs = failures === 1 ? 'A run failed so' : `${count(failures)} runs in a row failed so`;
  return (
    <Note tone="bad" title={`Paused: ${message}`}>
      <Stack gap="xs">
        {remedy !== null && <Text size="sm">{remedy}</Text>}
        <Text size="sm">
          {runs}, <InNote to={`/exports/${detail.id}/runs/${runId}`}>the last one</InNote> <Time at={at} />. Nothing is
          lost: what it missed is exported when it runs again.
        </Text>
        {useCan('write') && (reason.about === 'destination' ? <Check detail={detail} /> : <Change detail={detail} />)}
      </Stack>
    </Note>
  );
}

/** A check that passes resumes it. */
function Check({ detail: { destination_id: id } }: { detail: ExportDetail }): ReactNode {
  const check = useMutation({ mutationFn: useDestinationCheck(id) });
  return (
    <>
      {check.data !== undefined && <ConnectionSteps check={check.data} />}
      {check.error !== null && <ProblemAlert error={check.error} />}
      <Group gap="sm">
        <Button
          size="xs"
          variant="default"
          loading={check.isPending}
          onClick={() => {
            check.mutate(undefined);
          }}
        >
          {check.data === undefined ? 'Check the connection' : 'Check again'}
        </Button>
        <Text size="sm">
          A check that passes resumes the export.{' '}
          <InNote to={`/exports/destinations/${id}`}>Change the destination</InNote>
        </Text>
      </Group>
    </>
  );
}

/** It could not even be planned: nothing but other settings helps. */
function Change({ detail: { id } }: { detail: ExportDetail }): ReactNode {
  return (
    <Text size="sm">
      <InNote to={`/exports/${id}/edit`}>Change its settings</InNote>, then resume it.
    </Text>
  );
}

function InNote({ to, children }: { to: string; children: ReactNode }): ReactNode {
  return (
    <Anchor component={Link} to={to} inherit c="inherit" underline="always">
      {children}
    </Anchor>
  );
}
