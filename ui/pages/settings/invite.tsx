import { Select, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answer } from '../../../api-client/index.ts';
import { Copyable } from '../../parts/copyable.tsx';
import { DialogButton } from '../../parts/dialog-button.tsx';
import { SubmitForm } from '../../parts/submit-form.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { useApi } from '../../session/session.tsx';
import { ROLES, type Role } from './roles.ts';

export function Invite(): ReactNode {
  return (
    <DialogButton label="Invite" title="Invite somebody">
      {() => <InviteForm />}
    </DialogButton>
  );
}

/** The link is shown once; Sluice sends no mail. */
function InviteForm(): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [url, setUrl] = useState<string>();
  const invite = async (): Promise<void> => {
    setUrl((await answer(api.POST('/api/v1/invitations', { body: { email, role } }))).url);
    await queries.invalidateQueries({ queryKey: ['invitations'] });
  };
  if (url !== undefined) {
    return (
      <Stack>
        <Text size="sm">Pass this link on to {email}. It is good once, for seven days, and shown only here.</Text>
        <Copyable text={url} label="Copy the link" />
      </Stack>
    );
  }
  return (
    <SubmitForm action="Make the link" disabled={email.trim() === ''} onSubmit={invite}>
      <TextField label="E-mail" type="email" required data-autofocus value={email} onChange={setEmail} />
      <Select
        label="Role"
        description={ROLES.find(({ value }) => value === role)?.can}
        allowDeselect={false}
        data={ROLES.map(({ value, label }) => ({ value, label }))}
        value={role}
        onChange={(value) => {
          setRole(value ?? role);
        }}
      />
    </SubmitForm>
  );
}
