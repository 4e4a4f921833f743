import { Button, Group, Stack } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { answer } from '../../../../api-client/index.ts';
import { EnterForm } from '../../../parts/enter-form.tsx';
import { ProblemAlert } from '../../../parts/problem-alert.tsx';
import { useApi } from '../../../session/session.tsx';
import type { DestinationKind, DryRun } from '../data.ts';
import { createBody, type Draft } from './draft.ts';
import { DryRunView } from './dry-run-view.tsx';
import { RowsFields } from './rows-fields.tsx';

interface Props {
  kind: DestinationKind;
  draft: Draft;
  destinationId: string;
  onChange: (draft: Draft) => void;
  onNext: () => void;
}

/** What is exported, with a look at real rows as the destination would get them. */
export function RowsStep({ kind, draft, destinationId, onChange, onNext }: Props): ReactNode {
  const api = useApi();
  const [found, setFound] = useState<DryRun>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const look = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const body = createBody(draft, destinationId);
      setFound(await answer(api.POST('/api/v1/exports/dry-run', { body })));
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  /** What cannot be sent is said here, not at the last step. */
  const next = (): void => {
    try {
      createBody(draft, destinationId);
      onNext();
    } catch (thrown) {
      setError(thrown);
    }
  };
  return (
    <Stack mt="md">
      <EnterForm onEnter={next}>
        <Stack maw={720}>
          <RowsFields
            kind={kind}
            draft={draft}
            onChange={(changed) => {
              onChange(changed);
              setFound(undefined);
              setError(undefined);
            }}
          />
          <Group>
            <Button variant="default" loading={busy} onClick={() => void look()}>
              Show sample rows
            </Button>
            <Button type="submit">Next: schedule</Button>
          </Group>
          {error !== undefined && <ProblemAlert error={error} />}
        </Stack>
      </EnterForm>
      {found !== undefined && <DryRunView found={found} />}
    </Stack>
  );
}
