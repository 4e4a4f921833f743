import { List, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { count } from '../../parts/format.ts';
import { Note } from '../../parts/note.tsx';
import { Time } from '../../parts/time.tsx';
import type { WebhookState } from './queries.ts';

/** What has waited for so long that the event log forgets it, or has forgotten it; nothing of most webhooks. */
export function LogEnd({ state: { near_log_end: near, lost } }: { state: WebhookState }): ReactNode {
  return (
    <>
      {near !== null && (
        <Note tone="bad" title="Events will soon be lost">
          <Text size="sm">
            The oldest event that waits was captured <Time at={near.waiting_since} />, and the event log forgets it{' '}
            <Time at={near.kept_until} />. What waits is sent when the webhook takes events again before that.
          </Text>
        </Note>
      )}
      {lost.length > 0 && (
        <Note tone="bad" title="Events were lost">
          <Text size="sm">They waited until the event log had forgotten them.</Text>
          <List size="sm">
            {lost.map(({ from, until, events }) => (
              <List.Item key={from}>
                {count(events)}, captured from <Time at={from} /> until <Time at={until} />
              </List.Item>
            ))}
          </List>
        </Note>
      )}
    </>
  );
}
