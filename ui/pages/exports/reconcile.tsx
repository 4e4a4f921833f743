import { Button, Stack, Switch } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Confirm } from '../../parts/confirm.tsx';
import { useApi, useCan } from '../../session/session.tsx';
import { RangeInput, utcRange, type LocalRange } from './range-input.tsx';

/** Compares a range with source and destination and loads what is missing. */
export function Reconcile({ exportId }: { exportId: string }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const [opened, setOpened] = useState(false);
  const [range, setRange] = useState<LocalRange>({ from: null, to: null });
  const [dryRun, setDryRun] = useState(false);
  const start = async (): Promise<void> => {
    const wanted = utcRange(range);
    if (wanted === undefined) {
      throw new Error('Choose both times.');
    }
    const params = { path: { id: exportId } };
    await api.POST('/api/v1/exports/{id}/reconcile', { params, body: { ...wanted, dry_run: dryRun } });
    await queries.invalidateQueries({ queryKey: ['export', exportId, 'reconciliations'] });
    notifications.show({ message: 'The comparison has been started.' });
  };
  if (!useCan('write')) {
    return null;
  }
  return (
    <>
      <Button
        variant="default"
        onClick={() => {
          setOpened(true);
        }}
      >
        Compare a range
      </Button>
      <Confirm
        opened={opened}
        onClose={() => {
          setOpened(false);
        }}
        title="Compare a range"
        action="Compare"
        onConfirm={start}
      >
        <Stack>
          <RangeInput range={range} onChange={setRange} />
          <Switch
            label="Only look"
            description="Nothing is loaded or removed."
            checked={dryRun}
            onChange={(event) => {
              setDryRun(event.currentTarget.checked);
            }}
          />
        </Stack>
      </Confirm>
    </>
  );
}
