import { Modal, Stack, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { SubmitForm } from './submit-form.tsx';
import { useFocusBack } from './use-focus-back.ts';

export interface ConfirmProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What will happen. */
  children: ReactNode;
  /** The verb on the button. */
  action: string;
  /** Resolves when it is done, with false when it stays open for something else to be decided; what it throws is shown. */
  onConfirm: () => Promise<unknown>;
  /** For what cannot be taken back: the person types this. */
  typed?: string;
  danger?: boolean;
  /** On the button that does nothing: “Cancel” unless something else is cancelled here. */
  wayBack?: string;
}

/** Asks before something is done that others may feel. */
export function Confirm({ opened, onClose, title, ...question }: ConfirmProps): ReactNode {
  useFocusBack(opened);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      centered
      returnFocus={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Question {...question} onClose={onClose} />
    </Modal>
  );
}

/** Begins anew each time that the dialog opens. */
function Question({
  onClose,
  children,
  action,
  onConfirm,
  typed,
  danger = false,
  wayBack,
}: Omit<ConfirmProps, 'opened' | 'title'>): ReactNode {
  const [text, setText] = useState('');
  return (
    <SubmitForm
      action={action}
      danger={danger}
      beginsAtButtons
      {...(wayBack === undefined ? {} : { wayBack })}
      disabled={typed !== undefined && text !== typed}
      onCancel={onClose}
      onSubmit={async () => {
        if ((await onConfirm()) !== false) {
          onClose();
        }
      }}
    >
      <Stack>
        {children}
        {typed !== undefined && (
          <TextInput
            label={`Type ${typed} to confirm`}
            data-autofocus
            autoComplete="off"
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value);
            }}
          />
        )}
      </Stack>
    </SubmitForm>
  );
}
