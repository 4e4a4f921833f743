import { Modal, PasswordInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import { SubmitForm } from '../parts/submit-form.tsx';
import { changePassword } from './auth-api.ts';
import { NewPassword } from './new-password.tsx';
import { tooShort } from './too-short.ts';

/** Of whoever is signed in; all other sessions end. */
export function ChangePassword({ onClose }: { onClose: () => void }): ReactNode {
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const save = async (): Promise<void> => {
    await changePassword(current, password);
    onClose();
    notifications.show({ message: 'Your password is changed. Your other sessions have ended.' });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title="Change your password"
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <SubmitForm action="Change it" disabled={current === '' || tooShort(password) !== null} onSubmit={save}>
        <PasswordInput
          label="Current password"
          autoComplete="current-password"
          required
          data-autofocus
          value={current}
          onChange={(event) => {
            setCurrent(event.currentTarget.value);
          }}
        />
        <NewPassword
          value={password}
          onChange={(event) => {
            setPassword(event.currentTarget.value);
          }}
        />
      </SubmitForm>
    </Modal>
  );
}
