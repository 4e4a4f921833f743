import { Select, Stack, TagsInput, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answer } from '../../../api-client/index.ts';
import { Copyable } from '../../parts/copyable.tsx';
import { DialogButton } from '../../parts/dialog-button.tsx';
import { SubmitForm } from '../../parts/submit-form.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { useApi } from '../../session/session.tsx';
import { KIND_LABELS } from './channel-kinds.ts';
import { ChannelEvents, eventsOrAll, type ChannelEvent } from './channel-events.tsx';
import type { Channel } from './notifications-tab.tsx';

const KINDS = Object.entries(KIND_LABELS).map(([value, label]) => ({ value: value as Channel['kind'], label }));

export function NewChannel(): ReactNode {
  return (
    <DialogButton label="New channel" title="New channel">
      {(close) => <ChannelForm onDone={close} />}
    </DialogButton>
  );
}

interface Address {
  url: string;
  to: string[];
}

/** The secret of signed requests is shown once. */
function ChannelForm({ onDone }: { onDone: () => void }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const [kind, setKind] = useState<Channel['kind']>('email');
  const [name, setName] = useState('');
  const [address, setAddress] = useState<Address>({ url: '', to: [] });
  const [events, setEvents] = useState<ChannelEvent[]>([]);
  const [secret, setSecret] = useState<string>();
  const create = async (): Promise<void> => {
    const shared = { name, events: eventsOrAll(events) };
    const { url, to } = address;
    const body = kind === 'email' ? { ...shared, kind, config: { to } } : { ...shared, kind, config: { url } };
    const created = await answer(api.POST('/api/v1/notification-channels', { body }));
    await queries.invalidateQueries({ queryKey: ['notification-channels'] });
    if (created.secret === null) {
      onDone();
    } else {
      setSecret(created.secret);
    }
  };
  if (secret !== undefined) {
    return <Secret secret={secret} />;
  }
  return (
    <SubmitForm action="Make the channel" disabled={name.trim() === ''} onSubmit={create}>
      <Select
        data-autofocus
        label="Kind"
        allowDeselect={false}
        data={KINDS}
        value={kind}
        onChange={(value) => {
          setKind(value ?? kind);
        }}
      />
      <TextField label="Name" required value={name} onChange={setName} />
      <AddressField kind={kind} address={address} onChange={setAddress} />
      <ChannelEvents value={events} onChange={setEvents} />
    </SubmitForm>
  );
}

function AddressField({
  kind,
  address,
  onChange,
}: {
  kind: Channel['kind'];
  address: Address;
  onChange: (address: Address) => void;
}): ReactNode {
  if (kind === 'email') {
    return (
      <TagsInput
        label="To"
        description="At most ten addresses."
        required
        value={address.to}
        onChange={(to) => {
          onChange({ ...address, to });
        }}
      />
    );
  }
  return (
    <TextField
      label="URL"
      description={
        kind === 'slack'
          ? 'An incoming webhook of Slack. It is not shown again.'
          : 'Requests are signed as Standard Webhooks are.'
      }
      required
      value={address.url}
      onChange={(url) => {
        onChange({ ...address, url });
      }}
    />
  );
}

function Secret({ secret }: { secret: string }): ReactNode {
  return (
    <Stack>
      <Text size="sm">
        Requests are signed with this secret; any Standard Webhooks library verifies them. Keep it now: it is not shown
        again.
      </Text>
      <Copyable text={secret} label="Copy the secret" />
    </Stack>
  );
}
