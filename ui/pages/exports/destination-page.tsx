import { Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useParams } from 'react-router';
import { answer, ApiProblem } from '../../../api-client/index.ts';
import { ChangedElsewhere } from '../../edits/changed-elsewhere.tsx';
import { isVersionChanged } from '../../edits/is-version-changed.ts';
import { useSeen, type Seen } from '../../edits/use-seen.ts';
import { SchemaForm } from '../../form/schema-form.tsx';
import { filledValues, type Values } from '../../form/schema.ts';
import { serverErrors } from '../../form/validate.ts';
import { Page } from '../../parts/page.tsx';
import { Pending } from '../../parts/pending.tsx';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { TemporalHistory } from '../../parts/temporal-history.tsx';
import { useApi, useCan } from '../../session/session.tsx';
import { ConnectionSteps } from './create/connection-steps.tsx';
import { useDestination, useDestinationKinds, useExports, type Destination, type DestinationKind } from './data.ts';
import { ABOVE_DESTINATION } from './destinations-page.tsx';
import { ExportsTable } from './exports-table.tsx';
import { useDestinationCheck, type DestinationCheck } from './use-destination-check.ts';

export function DestinationPage(): ReactNode {
  const { id = '' } = useParams();
  const { data, error } = useDestination(id);
  const kind = useDestinationKinds().data?.find((one) => one.kind === data?.kind);
  if (data === undefined || kind === undefined) {
    return (
      <Page title="Destination" above={ABOVE_DESTINATION}>
        <Pending error={error} />
      </Page>
    );
  }
  return (
    <Page title={data.name} subtitle={`${kind.title}: ${kind.summary}`} above={ABOVE_DESTINATION}>
      <Stack>
        <Edit key={data.id} destination={data} kind={kind} />
        <SectionCard title="Exports into it">
          <ExportsInto destinationId={data.id} />
        </SectionCard>
        <TemporalHistory id={data.id} />
      </Stack>
    </Page>
  );
}

function ExportsInto({ destinationId }: { destinationId: string }): ReactNode {
  const list = useExports({ destination_id: destinationId });
  return <ExportsTable list={list} empty={<Text c="dimmed">None: a new export may choose it.</Text>} />;
}

function Edit({ destination, kind }: { destination: Destination; kind: DestinationKind }): ReactNode {
  const seen = useSeen(destination);
  return <Settings key={seen.thing.version} seen={seen} current={destination} kind={kind} />;
}

interface SettingsProps {
  seen: Seen<Destination>;
  current: Destination;
  kind: DestinationKind;
}

/** Secrets are never shown; left empty they stay. */
function Settings({ seen, current, kind }: SettingsProps): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const canWrite = useCan('write');
  const { id, name, config: before } = seen.thing;
  const { shown, stored } = split(before);
  const [values, setValues] = useState<Values>(shown);
  const checkNow = useDestinationCheck(id);
  const [check, setCheck] = useState<DestinationCheck>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const act = async (work: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setError(undefined);
    await work().catch(setError);
    setBusy(false);
  };
  const params = { params: { path: { id } } };
  const config = changesOf(shown, values);
  const runCheck = async (): Promise<void> => {
    setCheck(await checkNow(Object.keys(config).length === 0 ? undefined : config));
  };
  const save = async (): Promise<void> => {
    const request = { ...params, headers: seen.ifMatch, body: { config } };
    const forget = (): Promise<void> => queries.invalidateQueries({ queryKey: ['destination', id] });
    const call = answer(api.PATCH('/api/v1/destinations/{id}', request));
    seen.take(
      await call.catch(async (refused: unknown) => {
        await forget();
        throw refused;
      }),
    );
    void forget();
    notifications.show({ message: `${name} is changed.` });
  };
  return (
    <SectionCard title="Settings">
      <Stack maw={720}>
        <SchemaForm
          schema={kind.config_schema}
          values={values}
          stored={stored}
          errors={error instanceof ApiProblem ? serverErrors(error.fields, 'config.') : {}}
          onChange={setValues}
        />
        {check !== undefined && <ConnectionSteps check={check} />}
        <ChangedElsewhere seen={seen} current={current} />
        {error !== undefined && !isVersionChanged(error) && <ProblemAlert error={error} />}
        {canWrite ? (
          <Group>
            <Button variant="default" loading={busy} onClick={() => void act(runCheck)}>
              Check the connection
            </Button>
            <Button loading={busy} disabled={Object.keys(config).length === 0} onClick={() => void act(save)}>
              Save
            </Button>
          </Group>
        ) : (
          <Text size="sm" c="dimmed">
            You may look, not change.
          </Text>
        )}
      </Stack>
    </SectionCard>
  );
}

/** A secret reads `{ configured: true }`. */
function split(config: Record<string, unknown>): { shown: Values; stored: ReadonlySet<string> } {
  const isSecret = (value: unknown): boolean => typeof value === 'object' && value !== null && 'configured' in value;
  const entries = Object.entries(config);
  return {
    shown: Object.fromEntries(entries.filter(([, value]) => !isSecret(value))),
    stored: new Set(entries.filter(([, value]) => isSecret(value)).map(([name]) => name)),
  };
}

/** What the API is told: changed fields, and null for those that were emptied. */
function changesOf(before: Values, now: Values): Values {
  const filled = filledValues(now);
  const changed = Object.entries(filled).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]),
  );
  const emptied = Object.keys(before).filter((name) => !(name in filled));
  return Object.fromEntries([...changed, ...emptied.map((name) => [name, null] as const)]);
}
