import { TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { DialogButton } from '../../parts/dialog-button.tsx';
import { SubmitForm } from '../../parts/submit-form.tsx';
import { useApi } from '../../session/session.tsx';
import { ChannelEvents, eventsOrAll } from './channel-events.tsx';
import type { Channel } from './notifications-tab.tsx';

/** Its name and what it is told of; for another address there is a new channel. */
export function ChangeChannel({ channel }: { channel: Channel }): ReactNode {
  return (
    <DialogButton label="Change" title={`Change ${channel.name}`} inRow>
      {(close) => <ChangeForm channel={channel} onDone={close} />}
    </DialogButton>
  );
}

function ChangeForm({ channel, onDone }: { channel: Channel; onDone: () => void }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const [name, setName] = useState(channel.name);
  const [events, setEvents] = useState(channel.events ?? []);
  const save = async (): Promise<void> => {
    const params = { path: { id: channel.id } };
    await api.PATCH('/api/v1/notification-channels/{id}', { params, body: { name, events: eventsOrAll(events) } });
    await queries.invalidateQueries({ queryKey: ['notification-channels'] });
    onDone();
  };
  return (
    <SubmitForm action="Save" disabled={name.trim() === ''} onSubmit={save}>
      <TextInput
        label="Name"
        required
        data-autofocus
        value={name}
        onChange={(event) => {
          setName(event.currentTarget.value);
        }}
      />
      <ChannelEvents value={events} onChange={setEvents} />
    </SubmitForm>
  );
}
