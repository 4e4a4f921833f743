import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { isVersionChanged } from '../../../edits/is-version-changed.ts';
import { EnterForm } from '../../../parts/enter-form.tsx';
import { ProblemAlert } from '../../../parts/problem-alert.tsx';
import type { Draft } from './draft.ts';
import { KeptSchedule } from './kept-schedule.tsx';
import { ScheduleFields } from './schedule-fields.tsx';
import { SchedulePreview } from './schedule-preview.tsx';

interface Props {
  /** Fields of the same form above these. */
  children?: ReactNode;
  draft: Draft;
  onChange: (draft: Draft) => void;
  action: string;
  onDone: () => Promise<void>;
}

/** How often, with the runs that follow from it. */
export function ScheduleStep({ children, draft, onChange, action, onDone }: Props): ReactNode {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const done = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    await onDone().catch(setError);
    setBusy(false);
  };
  const isNamed = draft.name.trim() !== '';
  return (
    <EnterForm ready={!busy && isNamed} onEnter={() => void done()}>
      <Stack mt="md" maw={720}>
        {children}
        <ScheduleFields draft={draft} onChange={onChange} />
        <KeptSchedule draft={draft} onChange={onChange} />
        <SchedulePreview draft={draft} />
        <TextInput
          label="Name of the export"
          required
          value={draft.name}
          onChange={(event) => {
            onChange({ ...draft, name: event.currentTarget.value });
          }}
        />
        {error !== undefined && !isVersionChanged(error) && <ProblemAlert error={error} />}
        <Group>
          <Button type="submit" loading={busy} disabled={!isNamed}>
            {action}
          </Button>
        </Group>
      </Stack>
    </EnterForm>
  );
}
