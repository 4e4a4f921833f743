import { Button, Group, Paper, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import { answer, ApiProblem } from '../../../api-client/index.ts';
import { Page } from '../../parts/page.tsx';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { useApi } from '../../session/session.tsx';
import type { Created } from './created-note.tsx';
import { WebhookFields } from './webhook-fields.tsx';
import { EMPTY_WEBHOOK, errorsOfApi, formErrors, newWebhookBody } from './webhook-form.ts';
import { WEBHOOKS_ABOVE } from './webhook-page.tsx';

export function NewWebhookPage(): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [values, setValues] = useState(EMPTY_WEBHOOK);
  const [tried, setTried] = useState(false);
  const create = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/webhooks', { body: newWebhookBody(values) })),
    onSuccess: async ({ id, secret }) => {
      await queries.invalidateQueries({ queryKey: ['webhooks'] });
      await navigate(`/webhooks/${id}`, { state: { secret } satisfies Created });
    },
  });
  const problems = formErrors(values);
  const refused = create.error instanceof ApiProblem ? errorsOfApi(create.error.fields) : {};
  return (
    <Page title="New webhook" above={[...WEBHOOKS_ABOVE, { to: '/webhooks/new', label: 'New' }]}>
      <Paper withBorder p="lg" maw={720}>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            setTried(true);
            if (Object.keys(problems).length === 0) {
              create.mutate();
            }
          }}
        >
          <Stack>
            <WebhookFields
              values={values}
              errors={{ ...(tried ? problems : {}), ...refused }}
              onChange={(changes) => {
                create.reset();
                setValues({ ...values, ...changes });
              }}
            />
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
    </Page>
  );
}
