import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import { answer } from '../../../api-client/index.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { useApi, useCan } from '../../session/session.tsx';
import { isOpen, useForgetExport, type Run } from './data.ts';
import { ReplaceKept } from './replace-kept.tsx';

interface DialogProps {
  run: Run;
  opened: boolean;
  onClose: () => void;
}

/** What can be done with a run; nothing for those who only look. */
export function RunActions({ run }: { run: Run }): ReactNode {
  const [opened, setOpened] = useState(false);
  const close = (): void => {
    setOpened(false);
  };
  if (!useCan('write')) {
    return null;
  }
  const open = isOpen(run);
  return (
    <Group>
      <Button
        variant="default"
        onClick={() => {
          setOpened(true);
        }}
      >
        {open ? 'Cancel' : 'Run again'}
      </Button>
      <CancelRun run={run} opened={opened && open} onClose={close} />
      <RunAgain run={run} opened={opened && !open} onClose={close} />
    </Group>
  );
}

function CancelRun({ run, opened, onClose }: DialogProps): ReactNode {
  const api = useApi();
  const forget = useForgetExport(run.export_id);
  const cancel = async (): Promise<void> => {
    await answer(api.POST('/api/v1/runs/{id}/cancel', { params: { path: { id: run.id } } }));
    await forget();
    notifications.show({ message: 'The run is asked to end.' });
  };
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title="Cancel the run?"
      action="Cancel the run"
      danger
      wayBack="Let it go on"
      onConfirm={cancel}
    >
      <Text size="sm">Nothing half-written stays visible. The interval counts as not exported.</Text>
    </Confirm>
  );
}

function RunAgain({ run, opened, onClose }: DialogProps): ReactNode {
  const api = useApi();
  const forget = useForgetExport(run.export_id);
  const [replaceKept, setReplaceKept] = useState(false);
  const again = async (): Promise<void> => {
    const { export_id: exportId, interval_end } = run;
    await (replaceKept
      ? answer(
          api.POST('/api/v1/exports/{id}/run', {
            params: { path: { id: exportId } },
            body: { interval_end, force: true, replace_kept: true },
          }),
        )
      : answer(
          api.POST('/api/v1/runs/{id}/retry', {
            params: { path: { id: run.id } },
            body: { force: run.status === 'completed' },
          }),
        ));
    await forget();
    notifications.show({ message: 'The interval runs again.' });
  };
  return (
    <Confirm
      opened={opened}
      onClose={() => {
        setReplaceKept(false);
        onClose();
      }}
      title="Run the interval again?"
      action="Run again"
      danger={replaceKept}
      onConfirm={again}
    >
      <Text size="sm">{whatHappens(run)}</Text>
      {run.kept && <ReplaceKept run={run} checked={replaceKept} onChange={setReplaceKept} />}
    </Confirm>
  );
}

function whatHappens({ status, kept }: Run): string {
  if (status !== 'completed') {
    return 'With the settings as they are now.';
  }
  return kept ? 'Files that were kept stay, unless you want them replaced.' : 'What it exported is replaced.';
}
