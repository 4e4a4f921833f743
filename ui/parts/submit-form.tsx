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
  /** Its words, where “Cancel” would be what the form is for. */
  wayBack?: string;
  /** In a dialog without fields: the keyboard begins at what does no harm. Marked fields come before it. */
  beginsAtButtons?: boolean;
}

/** Fields and a button. Enter sends them too, and nothing is sent twice at once. */
export function SubmitForm({
  action,
  children,
  onSubmit,
  disabled = false,
  danger = false,
  onCancel,
  wayBack = 'Cancel',
  beginsAtButtons = false,
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
            <Button variant="default" onClick={onCancel} {...begins(beginsAtButtons && danger)}>
              {wayBack}
            </Button>
          )}
          <Button
            type="submit"
            loading={busy}
            disabled={disabled}
            {...(danger ? { color: 'red.9' } : {})}
            {...begins(beginsAtButtons && !danger)}
          >
            {action}
          </Button>
        </Group>
      </Stack>
    </EnterForm>
  );
}

/** The first element of a dialog that has it is where the keyboard begins. */
function begins(here: boolean): { 'data-autofocus'?: true } {
  return here ? { 'data-autofocus': true } : {};
}
