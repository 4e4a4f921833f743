import { Button, Group, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answer, ApiProblem } from '../../../api-client/index.ts';
import { ChangedElsewhere } from '../../edits/changed-elsewhere.tsx';
import { isVersionChanged } from '../../edits/is-version-changed.ts';
import { useSeen, type Seen } from '../../edits/use-seen.ts';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { SettingsHistory } from '../../parts/settings-history.tsx';
import { useApi, useCan } from '../../session/session.tsx';
import { webhookKey, type Webhook } from './queries.ts';
import { SecretPanel } from './secret-panel.tsx';
import { Simulate } from './simulate.tsx';
import { WebhookFields } from './webhook-fields.tsx';
import { useWebhookKind, type WebhookKind } from './kinds.ts';
import { errorsOfApi, formErrors, formOf, storedInputs, webhookPatch } from './webhook-form.ts';
import { useThisWebhook } from './webhook-page.tsx';

/** Settings and secrets of a webhook. */
export function SettingsTab(): ReactNode {
  const webhook = useThisWebhook();
  return (
    <Stack gap="lg" maw={760}>
      <Settings key={webhook.id} webhook={webhook} />
      <SecretPanel webhookId={webhook.id} />
      <History webhook={webhook} />
    </Stack>
  );
}

function History({ webhook: { id, version } }: { webhook: Webhook }): ReactNode {
  const api = useApi();
  return (
    <SettingsHistory
      queryKey={[...webhookKey(id), 'versions', version]}
      read={(query) => answer(api.GET('/api/v1/webhooks/{id}/versions', { params: { path: { id }, query } }))}
    />
  );
}

function Settings({ webhook }: { webhook: Webhook }): ReactNode {
  const mayWrite = useCan('write');
  const kind = useWebhookKind(webhook.kind);
  const seen = useSeen(webhook);
  return (
    <SectionCard title="Settings">
      <fieldset disabled={!mayWrite} style={{ border: 0, padding: 0, margin: 0, minWidth: 0 }}>
        {kind && <SettingsForm key={seen.thing.version} kind={kind} seen={seen} current={webhook} />}
      </fieldset>
    </SectionCard>
  );
}

interface FormProps {
  kind: WebhookKind;
  seen: Seen<Webhook>;
  current: Webhook;
}

function SettingsForm({ kind, seen, current }: FormProps): ReactNode {
  const mayWrite = useCan('write');
  const [values, setValues] = useState(() => formOf(seen.thing));
  const stored = storedInputs(seen.thing);
  const change = webhookPatch(values, stored);
  const save = useSave(seen, change);
  const problems = formErrors(values);
  const refused = save.error instanceof ApiProblem ? save.error.fields : [];
  const isComplete = Object.keys(problems).length === 0;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isComplete) {
          save.mutate();
        }
      }}
    >
      <Stack>
        <WebhookFields
          kind={kind}
          values={values}
          errors={{ ...problems, ...errorsOfApi(refused) }}
          refused={refused}
          stored={stored}
          headersStored={seen.thing.headers.configured}
          onChange={(changes) => {
            setValues({ ...values, ...changes });
          }}
        />
        <ChangedElsewhere seen={seen} current={current} action="Save" />
        {save.error && !isVersionChanged(save.error) && <ProblemAlert error={save.error} />}
        {mayWrite && (
          <Group justify="flex-end">
            <Simulate webhook={current} change={change} disabled={!isComplete} />
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}

function useSave(seen: Seen<Webhook>, body: ReturnType<typeof webhookPatch>) {
  const api = useApi();
  const queries = useQueryClient();
  const { id } = seen.thing;
  return useMutation({
    mutationFn: () =>
      answer(api.PATCH('/api/v1/webhooks/{id}', { params: { path: { id } }, headers: seen.ifMatch, body })),
    onSuccess: (changed) => {
      seen.take(changed);
      queries.setQueryData(webhookKey(id), changed);
      void queries.invalidateQueries({ queryKey: ['webhooks'] });
      notifications.show({ message: 'Saved. It takes effect within a second.' });
    },
    onError: (error) => (isVersionChanged(error) ? queries.invalidateQueries({ queryKey: webhookKey(id) }) : undefined),
  });
}
