import { Anchor, Button, Group, Paper, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { answer, ApiProblem } from '../../../api-client/index.ts';
import { validate } from '../../form/validate.ts';
import { Page } from '../../parts/page.tsx';
import { Pending } from '../../parts/pending.tsx';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { useApi } from '../../session/session.tsx';
import type { Created } from './created-note.tsx';
import { useWebhookKinds, type WebhookKind } from './kinds.ts';
import { Preview } from './preview.tsx';
import { WebhookFields } from './webhook-fields.tsx';
import { errorsOfApi, formErrors, formOfKind, newWebhookBody } from './webhook-form.ts';
import { WEBHOOKS_ABOVE } from './webhook-page.tsx';

export function NewWebhookPage(): ReactNode {
  const { kind: name = 'generic' } = useParams();
  const kinds = useWebhookKinds();
  const kind = kinds.data?.find((offered) => offered.kind === name);
  return (
    <Page
      title={kind === undefined || kind.kind === 'generic' ? 'New webhook' : `New webhook: ${kind.title}`}
      subtitle={kind?.summary}
      above={[...WEBHOOKS_ABOVE, { to: '/webhooks/new', label: 'New' }]}
    >
      {kinds.data === undefined && <Pending error={kinds.error} />}
      {kinds.data !== undefined && kind === undefined && <NoSuchKind name={name} />}
      {kind && <NewWebhookForm kind={kind} key={kind.kind} />}
    </Page>
  );
}

function NoSuchKind({ name }: { name: string }): ReactNode {
  return (
    <Stack>
      <ProblemAlert error={new Error(`There is no webhook of the kind ${name}.`)} />
      <Anchor component={Link} to="/webhooks/new">
        All kinds of webhooks
      </Anchor>
    </Stack>
  );
}

function NewWebhookForm({ kind }: { kind: WebhookKind }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [values, setValues] = useState(() => formOfKind(kind));
  const [tried, setTried] = useState(false);
  const create = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/webhooks', { body })),
    onSuccess: async ({ id, secret }) => {
      await queries.invalidateQueries({ queryKey: ['webhooks'] });
      await navigate(`/webhooks/${id}`, { state: { secret } satisfies Created });
    },
  });
  const problems = formErrors(values);
  const missing = values.inputs === undefined ? {} : validate(kind.inputs_schema, values.inputs);
  const refused = create.error instanceof ApiProblem ? create.error.fields : [];
  const body = newWebhookBody(values, kind.kind);
  /** Says what is missing where something is. */
  const isComplete = (optional: readonly string[] = []): boolean => {
    const gaps = Object.keys({ ...problems, ...missing }).filter((field) => !optional.includes(field));
    setTried(tried || gaps.length > 0);
    return gaps.length === 0;
  };
  return (
    <Paper withBorder p="lg" maw={720}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (isComplete()) {
            create.mutate();
          }
        }}
      >
        <Stack>
          <WebhookFields
            kind={kind}
            values={values}
            errors={{ ...(tried ? problems : {}), ...errorsOfApi(refused) }}
            refused={refused}
            showAll={tried}
            onChange={(changes) => {
              create.reset();
              setValues({ ...values, ...changes });
            }}
          />
          <Preview body={body} isReady={() => isComplete(['name'])} />
          {create.error && <ProblemAlert error={create.error} />}
          <Group justify="flex-end">
            <Button variant="default" component={Link} to="/webhooks">
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending}>
              Create
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}
