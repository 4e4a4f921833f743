import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { EnterForm } from '../../parts/enter-form.tsx';
import { EventNames } from '../../parts/event-names.tsx';
import { Pending } from '../../parts/pending.tsx';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { useApi } from '../../session/session.tsx';
import { useExport, type ExportDetail } from './data.ts';
import { DestinationSelect } from './destination-select.tsx';
import { DOWNLOAD, onceBody } from './once-body.ts';
import { OnceSource } from './once-source.tsx';
import { RangeInput, utcRange, type LocalRange } from './range-input.tsx';

const NO_DESTINATION = [{ value: DOWNLOAD, label: 'Files to download' }];

export function OnceForm({ sourceId }: { sourceId: string | undefined }): ReactNode {
  const { data, error } = useExport(sourceId ?? '');
  return sourceId !== undefined && data === undefined ? (
    <Pending error={error} />
  ) : (
    <Form key={sourceId} source={data} />
  );
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
    const body = onceBody({ name, range: wanted, events, to }, source);
    await api.POST('/api/v1/on-demand-exports', { body });
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
        {source?.model !== 'sql' && (
          <EventNames label="Only these events" description="Empty: all of them." value={events} onChange={setEvents} />
        )}
        <DestinationSelect label="To" others={NO_DESTINATION} value={to} onChange={setTo} />
        <TextInput
          label="Name"
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        {source !== undefined && <OnceSource source={source} />}
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
