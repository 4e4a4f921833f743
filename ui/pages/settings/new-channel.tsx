import { Select, TagsInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { DialogButton } from '../../parts/dialog-button.tsx';
import { SubmitForm } from '../../parts/submit-form.tsx';
import { useApi } from '../../session/session.tsx';
import type { Channel } from './notifications-tab.tsx';

const KINDS: readonly { value: Channel['kind']; label: string }[] = [
  { value: 'email', label: 'E-mail' },
  { value: 'slack', label: 'Slack' },
  { value: 'webhook', label: 'A signed request' },
];

export function NewChannel(): ReactNode {
  return (
    <DialogButton label="New channel" title="New channel">
      {(close) => <ChannelForm onDone={close} />}
    </DialogButton>
  );
}

function ChannelForm({ onDone }: { onDone: () => void }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const [kind, setKind] = useState<Channel['kind']>('email');
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [to, setTo] = useState<string[]>([]);
  const create = async (): Promise<void> => {
    await api.POST('/api/v1/notification-channels', {
      body: kind === 'email' ? { kind, name, config: { to } } : { kind, name, config: { url } },
    });
    await queries.invalidateQueries({ queryKey: ['notification-channels'] });
    onDone();
  };
  return (
    <SubmitForm action="Make the channel" disabled={name.trim() === ''} onSubmit={create}>
      <Select
        label="Kind"
        allowDeselect={false}
        data={KINDS}
        value={kind}
        onChange={(value) => {
          setKind(value ?? kind);
        }}
      />
      <TextInput
        label="Name"
        required
        value={name}
        onChange={(event) => {
          setName(event.currentTarget.value);
        }}
      />
      {kind === 'email' ? (
        <TagsInput label="To" description="At most ten addresses." required value={to} onChange={setTo} />
      ) : (
        <TextInput
          label="URL"
          description={
            kind === 'slack'
              ? 'An incoming webhook of Slack. It is not shown again.'
              : 'Requests are signed as Standard Webhooks are.'
          }
          required
          value={url}
          onChange={(event) => {
            setUrl(event.currentTarget.value);
          }}
        />
      )}
    </SubmitForm>
  );
}
