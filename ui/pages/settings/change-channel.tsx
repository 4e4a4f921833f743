import type { ReactNode } from 'react';
import { ChangeDialog } from '../../edits/change-dialog.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { useApi } from '../../session/session.tsx';
import { ChannelEvents, eventsOrAll } from './channel-events.tsx';
import type { Channel } from './notifications-tab.tsx';

/** Its name and what it is told of; for another address there is a new channel. */
export function ChangeChannel({ channel }: { channel: Channel }): ReactNode {
  const api = useApi();
  const params = { path: { id: channel.id } };
  return (
    <ChangeDialog
      label="Change"
      title={`Change ${channel.name}`}
      inRow
      thing={channel}
      shownIn={['notification-channels']}
      draftOf={({ name, events }) => ({ name, events: events ?? [] })}
      isComplete={({ name }) => name.trim() !== ''}
      save={({ name, events }, headers) =>
        api.PATCH('/api/v1/notification-channels/{id}', {
          params,
          headers,
          body: { name, events: eventsOrAll(events) },
        })
      }
    >
      {({ name, events }, change) => (
        <>
          <TextField
            label="Name"
            required
            data-autofocus
            value={name}
            onChange={(text) => {
              change({ name: text });
            }}
          />
          <ChannelEvents
            value={events}
            onChange={(wanted) => {
              change({ events: wanted });
            }}
          />
        </>
      )}
    </ChangeDialog>
  );
}
