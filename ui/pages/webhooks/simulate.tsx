import { Button, Drawer, Group, Select, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconTestPipe } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answer } from '../../../api-client/index.ts';
import { EnterForm } from '../../parts/enter-form.tsx';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { useApi } from '../../session/session.tsx';
import type { Webhook } from './queries.ts';
import { SimulationView } from './simulation-view.tsx';
import type { webhookPatch } from './webhook-form.ts';

interface Props {
  webhook: Webhook;
  /** As it would be saved. */
  change: ReturnType<typeof webhookPatch>;
  disabled: boolean;
}

/** What the settings that were typed would do to events that were captured; nothing is sent or saved. */
export function Simulate(props: Props): ReactNode {
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Button variant="default" leftSection={<IconTestPipe size={16} />} onClick={open} disabled={props.disabled}>
        Simulate
      </Button>
      <Drawer
        opened={opened}
        onClose={close}
        title={`What the change would do to ${props.webhook.name}`}
        position="right"
        size="xl"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Simulation {...props} />
      </Drawer>
    </>
  );
}

const HOUR_MS = 3_600_000;
const SPANS = [
  { value: '1', label: 'the last hour' },
  { value: '24', label: 'the last 24 hours' },
  { value: '168', label: 'the last 7 days' },
];
const SIZES = ['100', '500', '1000'].map((value) => ({ value, label: `the newest ${value}` }));

function Simulation({ webhook: { id }, change }: Props): ReactNode {
  const api = useApi();
  const [hours, setHours] = useState('24');
  const [last, setLast] = useState('100');
  const simulate = useMutation({
    mutationFn: () => {
      const from = new Date(Date.now() - Number(hours) * HOUR_MS).toISOString();
      const body = { change, last: Number(last), from };
      return answer(api.POST('/api/v1/webhooks/{id}/simulate', { params: { path: { id } }, body }));
    },
  });
  const chosen = (choose: (value: string) => void) => (value: string | null) => {
    choose(value ?? '');
    simulate.reset();
  };
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        The settings as they are typed now are held against the stored ones, over events that either of them takes.
        Nothing is sent, nothing is saved.
      </Text>
      <EnterForm ready={!simulate.isPending} onEnter={simulate.mutate}>
        <Group align="flex-end">
          <Select
            data-autofocus
            label="Events"
            allowDeselect={false}
            data={SIZES}
            value={last}
            onChange={chosen(setLast)}
          />
          <Select label="Captured in" allowDeselect={false} data={SPANS} value={hours} onChange={chosen(setHours)} />
          <Button type="submit" loading={simulate.isPending}>
            Try it
          </Button>
        </Group>
      </EnterForm>
      {simulate.error && <ProblemAlert error={simulate.error} />}
      {simulate.data && <SimulationView simulation={simulate.data} />}
    </Stack>
  );
}
