import { Button, Drawer, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconSend } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answer } from '../../../api-client/index.ts';
import { soundJson } from '../../form/broken-json.ts';
import { JsonInput } from '../../form/json-input.tsx';
import { EnterForm } from '../../parts/enter-form.tsx';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { useApi } from '../../session/session.tsx';
import { webhookKey, type Webhook } from './queries.ts';
import { useWebhookKind, type WebhookKind } from './kinds.ts';
import { TestResult } from './test-result.tsx';

/** Sends an event that nobody captured and shows what came back. */
export function TestSend({
  webhook,
  variant = 'filled',
}: {
  webhook: Webhook;
  variant?: 'filled' | 'default';
}): ReactNode {
  const [opened, { open, close }] = useDisclosure();
  // Asked for before the drawer is opened, which begins at the form's first field.
  const kind = useWebhookKind(webhook.kind);
  return (
    <>
      <Button variant={variant} leftSection={<IconSend size={16} />} onClick={open}>
        Send a test event
      </Button>
      <Drawer
        opened={opened}
        onClose={close}
        title={`Test ${webhook.name}`}
        position="right"
        size="lg"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {kind && <TestForm webhook={webhook} kind={kind} />}
      </Drawer>
    </>
  );
}

/** The kind says what a test of it looks like. */
function TestForm({ webhook: { id, events }, kind }: { webhook: Webhook; kind: WebhookKind }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const [event, setEvent] = useState(events?.[0] ?? kind.test_event.event);
  const [properties, setProperties] = useState<unknown>(kind.test_event.properties);
  const send = useMutation({
    mutationFn: async () => {
      const sound = (soundJson(properties, 'Properties') ?? {}) as Record<string, unknown>;
      const request = { params: { path: { id } }, body: { event, properties: sound } };
      return answer(api.POST('/api/v1/webhooks/{id}/test', request));
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: webhookKey(id) }),
  });
  return (
    <EnterForm ready={!send.isPending} onEnter={send.mutate}>
      <Stack>
        <Text size="sm" c="dimmed">
          It is sent once, whatever the filter says, and is not in the log of deliveries.
        </Text>
        <TextInput
          data-autofocus
          label="Event"
          value={event}
          onChange={({ currentTarget: { value } }) => {
            setEvent(value);
          }}
        />
        <JsonInput label="Properties" value={properties} onChange={setProperties} />
        <Button type="submit" loading={send.isPending}>
          Send
        </Button>
        {send.error && <ProblemAlert error={send.error} />}
        {send.data && <TestResult result={send.data} />}
      </Stack>
    </EnterForm>
  );
}
