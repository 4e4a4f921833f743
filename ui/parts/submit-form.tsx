import { Button, Group, Stack } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { EnterForm } from './enter-form.tsx';
import { ProblemAlert } from './problem-alert.tsx';

export interface SubmitFormProps {
  /** The verb on the button. */
  action: string;
  children?: ReactNode;
  /** Resolves when it is done; what it throws is shown. */
  onSubmit: () => Promise<unknown>;
  disabled?: boolean;
  danger?: boolean;
  /** Absent: there is no way back but closing what it is in. */
  onCancel?: () => void;
}

/** Fields and a button. Enter sends them too, and nothing is sent twice at once. */
export function SubmitForm({
  action,
  children,
  onSubmit,
  disabled = false,
  danger = false,
  onCancel,
}: SubmitFormProps): ReactNode {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    await onSubmit().catch(setError);
    setBusy(false);
  };
  return (
    <EnterForm ready={!busy && !disabled} onEnter={() => void submit()}>
      <Stack>
        {children}
        {error !== undefined && <ProblemAlert error={error} />}
        <Group justify="flex-end">
          {onCancel && (
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
          )}
          <Button type="submit" loading={busy} disabled={disabled} {...(danger ? { color: 'red.9' } : {})}>
            {action}
          </Button>
        </Group>
      </Stack>
    </EnterForm>
  );
}
