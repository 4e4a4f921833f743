import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answer, ApiProblem } from '../../../api-client/index.ts';
import { ChangedElsewhere } from '../../edits/changed-elsewhere.tsx';
import { isVersionChanged } from '../../edits/is-version-changed.ts';
import { useSeen, type Seen } from '../../edits/use-seen.ts';
import { hasBrokenJson } from '../../form/broken-json.ts';
import { SchemaForm } from '../../form/schema-form.tsx';
import { filledValues, type Values } from '../../form/schema.ts';
import { serverErrors } from '../../form/validate.ts';
import { EnterForm } from '../../parts/enter-form.tsx';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { useApi, useCan } from '../../session/session.tsx';
import { ConnectionSteps } from './create/connection-steps.tsx';
import type { Destination, DestinationKind } from './data.ts';
import { useDestinationCheck, type DestinationCheck } from './use-destination-check.ts';

/** The settings of a destination, to be read and changed. */
export function DestinationSettings({
  destination,
  kind,
}: {
  destination: Destination;
  kind: DestinationKind;
}): ReactNode {
  const seen = useSeen(destination);
  return <Settings key={seen.thing.version} seen={seen} current={destination} kind={kind} />;
}

interface Changes {
  config: Values;
  name?: string;
}

interface SettingsProps {
  seen: Seen<Destination>;
  current: Destination;
  kind: DestinationKind;
}

/** Secrets are never shown; left empty they stay. Enter saves. */
function Settings({ seen, current, kind }: SettingsProps): ReactNode {
  const saveNow = useSave(seen);
  const canWrite = useCan('write');
  const { id, config: before } = seen.thing;
  const [name, setName] = useState(seen.thing.name);
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
  const config = changesOf(shown, values);
  const refused = error instanceof ApiProblem ? error.fields : [];
  const isRenamed = name.trim() !== seen.thing.name;
  const isSound = !hasBrokenJson(values);
  const isChanged = isRenamed || Object.keys(config).length > 0;
  const isSavable = canWrite && isChanged && isSound && name.trim() !== '';
  const save = (): Promise<void> => saveNow({ config, ...(isRenamed && { name: name.trim() }) });
  const runCheck = async (): Promise<void> => {
    setCheck(await checkNow(Object.keys(config).length === 0 ? undefined : config));
  };
  return (
    <SectionCard title="Settings">
      <EnterForm ready={isSavable && !busy} onEnter={() => void act(save)}>
        <Stack maw={720}>
          <TextInput
            label="Name"
            value={name}
            error={serverErrors(refused, '')['name']}
            disabled={!canWrite}
            onChange={(event) => {
              setName(event.currentTarget.value);
            }}
          />
          <SchemaForm
            schema={kind.config_schema}
            values={values}
            stored={stored}
            errors={serverErrors(refused, 'config.')}
            onChange={setValues}
          />
          {check !== undefined && <ConnectionSteps check={check} />}
          <ChangedElsewhere seen={seen} current={current} action="Save" />
          {error !== undefined && !isVersionChanged(error) && <ProblemAlert error={error} />}
          {canWrite ? (
            <Group>
              <Button variant="default" loading={busy} disabled={!isSound} onClick={() => void act(runCheck)}>
                Check the connection
              </Button>
              <Button type="submit" loading={busy} disabled={!isSavable}>
                Save
              </Button>
            </Group>
          ) : (
            <Text size="sm" c="dimmed">
              You may look, not change.
            </Text>
          )}
        </Stack>
      </EnterForm>
    </SectionCard>
  );
}

/** Saves changes to what was seen; when somebody else was quicker, that is read again and the refusal thrown. */
function useSave({ thing: { id }, ifMatch, take }: Seen<Destination>): (changes: Changes) => Promise<void> {
  const api = useApi();
  const queries = useQueryClient();
  const forget = async (): Promise<void> => {
    const stale = [['destination', id], ['destinations']];
    await Promise.all(stale.map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
  return async (changes) => {
    const request = { params: { path: { id } }, headers: ifMatch, body: changes };
    const saved = await answer(api.PATCH('/api/v1/destinations/{id}', request)).catch(async (refused: unknown) => {
      await forget();
      throw refused;
    });
    take(saved);
    void forget();
    notifications.show({ message: `${saved.name} is changed.` });
  };
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
