import { Group, Select, Stack, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { statusLabel } from '../../parts/statuses.ts';
import { ZoneNote } from '../../parts/time.tsx';
import { AttemptsTable } from './attempts-table.tsx';
import { filterOf, OUTCOMES, SPANS } from './deliveries-filter.ts';
import { DownloadAttempts } from './download-attempts.tsx';
import { useThisWebhook } from './webhook-page.tsx';

/** Nobody wants a question per key stroke. */
const TYPING_MS = 400;

/** Everything that was sent, filtered; the filter is part of the address. */
export function DeliveriesTab(): ReactNode {
  const { id } = useThisWebhook();
  const [address, setAddress] = useSearchParams();
  const [search, outcome, since] = [address.get('search'), address.get('outcome'), address.get('since')];
  const [typed, setTyped] = useState(search ?? '');
  const set = (name: string, value: string): void => {
    setAddress(
      (before) => {
        const rest = [...before].filter(([other]) => other !== name);
        return new URLSearchParams(value === '' ? rest : [...rest, [name, value]]);
      },
      { replace: true, preventScrollReset: true },
    );
  };
  const searchSoon = useDebouncedCallback((value: string) => {
    set('search', value);
  }, TYPING_MS);
  const filter = filterOf({ search, outcome, since });
  return (
    <Stack>
      <Group align="flex-end">
        <TextInput
          label="Search"
          description="In errors, answers, status codes, names and uuids of events"
          leftSection={<IconSearch size={16} />}
          w={340}
          maw="100%"
          value={typed}
          onChange={({ currentTarget: { value } }) => {
            setTyped(value);
            searchSoon(value);
          }}
        />
        <Select
          label="Outcome"
          placeholder="All"
          clearable
          data={OUTCOMES.map((value) => ({ value, label: statusLabel(value) }))}
          value={outcome}
          onChange={(value) => {
            set('outcome', value ?? '');
          }}
        />
        <Select
          label="Sent in"
          allowDeselect={false}
          data={SPANS}
          value={SPANS.find(({ value }) => value === since)?.value ?? ''}
          onChange={(value) => {
            set('since', value ?? '');
          }}
        />
        <DownloadAttempts webhookId={id} filter={filter} />
      </Group>
      <AttemptsTable webhookId={id} filter={filter} />
      <ZoneNote />
    </Stack>
  );
}
