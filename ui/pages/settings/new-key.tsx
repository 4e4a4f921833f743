import { MultiSelect, Select, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answer } from '../../../api-client/index.ts';
import { Copyable } from '../../parts/copyable.tsx';
import { DialogButton } from '../../parts/dialog-button.tsx';
import { SubmitForm } from '../../parts/submit-form.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { useApi } from '../../session/session.tsx';
import { SCOPES, type Scope } from './key-scopes.ts';

const DAY_MS = 86_400_000;
const LIFETIMES = [
  { value: '', label: 'Never' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
];

export function NewKey(): ReactNode {
  return (
    <DialogButton label="New key" title="New API key">
      {() => <KeyForm />}
    </DialogButton>
  );
}

/** The key is shown once. */
function KeyForm(): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<Scope[]>(['read', 'write']);
  const [days, setDays] = useState('');
  const [made, setMade] = useState<string>();
  const create = async (): Promise<void> => {
    const expiry = days === '' ? {} : { expires_at: new Date(Date.now() + Number(days) * DAY_MS).toISOString() };
    const role = scopes.includes('admin') ? ('owner' as const) : ('editor' as const);
    setMade((await answer(api.POST('/api/v1/api-keys', { body: { name, role, scopes, ...expiry } }))).key);
    await queries.invalidateQueries({ queryKey: ['api-keys'] });
  };
  if (made !== undefined) {
    return (
      <Stack>
        <Text size="sm">Keep it now: it is not shown again.</Text>
        <Copyable text={made} label="Copy the key" />
      </Stack>
    );
  }
  return (
    <SubmitForm action="Make the key" disabled={name.trim() === '' || scopes.length === 0} onSubmit={create}>
      <TextField label="Name" description="What it is for." required data-autofocus value={name} onChange={setName} />
      <MultiSelect label="It may" data={SCOPES} value={scopes} onChange={setScopes} />
      <Select
        label="It expires"
        allowDeselect={false}
        data={LIFETIMES}
        value={days}
        onChange={(value) => {
          setDays(value ?? '');
        }}
      />
    </SubmitForm>
  );
}
