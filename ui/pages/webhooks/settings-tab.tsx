import { Button, Group, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answer, ApiProblem } from '../../../api-client/index.ts';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { useApi, useCan } from '../../session/session.tsx';
import { webhookKey } from './queries.ts';
import { SecretPanel } from './secret-panel.tsx';
import { WebhookFields } from './webhook-fields.tsx';
import { useWebhookKind, type WebhookKind } from './kinds.ts';
import { errorsOfApi, formErrors, formOf, storedInputs, webhookPatch } from './webhook-form.ts';
import { useThisWebhook } from './webhook-page.tsx';

/** Settings and secrets of a webhook. */
export function SettingsTab(): ReactNode {
  const webhook = useThisWebhook();
  const mayWrite = useCan('write');
  const kind = useWebhookKind(webhook.kind);
  return (
    <Stack gap="lg" maw={760}>
      {/* Another version is another form: what was typed belongs to the one that was seen. */}
      <SectionCard title="Settings">
        <fieldset disabled={!mayWrite} style={{ border: 0, padding: 0, margin: 0 }}>
          {kind && <SettingsForm key={webhook.version} kind={kind} />}
        </fieldset>
      </SectionCard>
      <SecretPanel webhookId={webhook.id} />
    </Stack>
  );
}

function SettingsForm({ kind }: { kind: WebhookKind }): ReactNode {
  const webhook = useThisWebhook();
  const api = useApi();
  const queries = useQueryClient();
  const [values, setValues] = useState(() => formOf(webhook));
  const stored = storedInputs(webhook);
  const save = useMutation({
    mutationFn: () =>
      answer(
        api.PATCH('/api/v1/webhooks/{id}', {
          params: { path: { id: webhook.id } },
          body: webhookPatch(values, stored),
        }),
      ),
    onSuccess: (changed) => {
      queries.setQueryData(webhookKey(webhook.id), changed);
      void queries.invalidateQueries({ queryKey: ['webhooks'] });
      notifications.show({ message: 'Saved. It takes effect within a second.' });
    },
  });
  const problems = formErrors(values);
  const refused = save.error instanceof ApiProblem ? save.error.fields : [];
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (Object.keys(problems).length === 0) {
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
          headersStored={webhook.headers.configured}
          onChange={(changes) => {
            setValues({ ...values, ...changes });
          }}
        />
        {save.error && <ProblemAlert error={save.error} />}
        {useCan('write') && (
          <Group justify="flex-end">
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}
