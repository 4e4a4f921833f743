import { Group, Select, Stack, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { statusLabel } from '../../parts/statuses.ts';
import { ZoneNote } from '../../parts/time.tsx';
import { AttemptsTable, type AttemptFilter } from './attempts-table.tsx';
import type { Attempt } from './queries.ts';
import { useThisWebhook } from './webhook-page.tsx';

const OUTCOMES = [
  'delivered',
  'retry_scheduled',
  'parked',
  'failed_attempt',
  'discarded',
] as const satisfies Attempt['outcome'][];
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Everything that was sent, filtered; the filter is part of the address. */
export function DeliveriesTab(): ReactNode {
  const { id } = useThisWebhook();
  const [search, setSearch] = useSearchParams();
  const set = (name: string, value: string): void => {
    const next = new URLSearchParams(search);
    if (value === '') {
      next.delete(name);
    } else {
      next.set(name, value);
    }
    setSearch(next, { replace: true });
  };
  const event = search.get('event') ?? '';
  return (
    <Stack>
      <Group align="flex-end">
        <Select
          label="Outcome"
          placeholder="All"
          clearable
          data={OUTCOMES.map((value) => ({ value, label: statusLabel(value) }))}
          value={search.get('outcome')}
          onChange={(value) => {
            set('outcome', value ?? '');
          }}
        />
        <TextInput
          label="Event"
          placeholder="uuid"
          leftSection={<IconSearch size={16} />}
          w={340}
          maw="100%"
          error={event !== '' && !UUID.test(event) ? 'This is no uuid.' : undefined}
          value={event}
          onChange={({ currentTarget: { value } }) => {
            set('event', value.trim());
          }}
        />
      </Group>
      <AttemptsTable webhookId={id} filter={filterOf(search)} />
      <ZoneNote />
    </Stack>
  );
}

function filterOf(search: URLSearchParams): AttemptFilter {
  const outcome = OUTCOMES.find((name) => name === search.get('outcome'));
  const event = search.get('event') ?? '';
  return { ...(outcome === undefined ? {} : { outcome }), ...(UUID.test(event) ? { event_uuid: event } : {}) };
}
