import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { EnterForm } from '../../parts/enter-form.tsx';
import { EventNames } from '../../parts/event-names.tsx';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { useApi } from '../../session/session.tsx';
import { useExport, type ExportDetail } from './data.ts';
import { DestinationSelect } from './destination-select.tsx';
import { RangeInput, utcRange, type LocalRange } from './range-input.tsx';

const DOWNLOAD = 'download';
const NO_DESTINATION = [{ value: DOWNLOAD, label: 'Files to download' }];

export function OnceForm({ sourceId }: { sourceId: string | undefined }): ReactNode {
  const { data } = useExport(sourceId ?? '');
  return sourceId !== undefined && data === undefined ? null : <Form key={sourceId} source={data} />;
}

function Form({ source }: { source: ExportDetail | undefined }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const [name, setName] = useState(source === undefined ? 'on demand' : `${source.name}, once`);
  const [range, setRange] = useState<LocalRange>({ from: null, to: null });
  const [events, setEvents] = useState<string[]>(source?.filter.include_events ?? []);
  const [to, setTo] = useState(DOWNLOAD);
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const wanted = utcRange(range);
  const start = async (): Promise<void> => {
    if (wanted === undefined) {
      return;
    }
    const filter = { ...source?.filter, ...(events.length > 0 ? { include_events: events } : {}) };
    const target = to === DOWNLOAD ? { download: true } : { destination_id: to };
    await api.POST('/api/v1/on-demand-exports', { body: { name, ...wanted, ...target, filter } });
    await queries.invalidateQueries({ queryKey: ['on-demand'] });
  };
  const submit = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    await start().catch(setError);
    setBusy(false);
  };
  return (
    <EnterForm ready={!busy && wanted !== undefined} onEnter={() => void submit()}>
      <Stack maw={720}>
        <RangeInput range={range} onChange={setRange} />
        <EventNames label="Only these events" description="Empty: all of them." value={events} onChange={setEvents} />
        <DestinationSelect label="To" others={NO_DESTINATION} value={to} onChange={setTo} />
        <TextInput
          label="Name"
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        {error !== undefined && <ProblemAlert error={error} />}
        <Group>
          <Button type="submit" loading={busy} disabled={wanted === undefined}>
            Export
          </Button>
        </Group>
      </Stack>
    </EnterForm>
  );
}
