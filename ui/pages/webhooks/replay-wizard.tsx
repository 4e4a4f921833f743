import { Button, Group, Modal, Radio, SimpleGrid, Stack, Text } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import { useDisclosure } from '@mantine/hooks';
import { IconRepeat } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answer, type ApiClient } from '../../../api-client/index.ts';
import { browserZone, count, duration } from '../../parts/format.ts';
import { Note } from '../../parts/note.tsx';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import { useApi } from '../../session/session.tsx';
import { webhookKey } from './queries.ts';
import { wallTime, type ReplayChoice } from './replay-choice.ts';

const HOUR_MS = 3_600_000;

function ask(api: ApiClient, id: string, { scope, from, until }: ReplayChoice, dryRun: boolean) {
  const body = { scope, from: from.toISOString(), until: until.toISOString(), dry_run: dryRun };
  return answer(api.POST('/api/v1/webhooks/{id}/replays', { params: { path: { id } }, body }));
}

/** What to send again; counted before it is begun. */
export function ReplayWizard({ webhookId }: { webhookId: string }): ReactNode {
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Button leftSection={<IconRepeat size={16} />} onClick={open}>
        New replay
      </Button>
      <Modal opened={opened} onClose={close} title="New replay" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
        <Wizard webhookId={webhookId} onBegun={close} />
      </Modal>
    </>
  );
}

function Wizard({ webhookId, onBegun }: { webhookId: string; onBegun: () => void }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const [choice, setChoice] = useState<ReplayChoice>(() => ({
    scope: 'failed',
    from: new Date(Date.now() - 24 * HOUR_MS),
    until: new Date(),
  }));
  const plan = useMutation({ mutationFn: () => ask(api, webhookId, choice, true) });
  const begin = useMutation({
    mutationFn: () => ask(api, webhookId, choice, false),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: webhookKey(webhookId) });
      onBegun();
    },
  });
  const planned = plan.data && 'dry_run' in plan.data ? plan.data : undefined;
  const error = plan.error ?? begin.error;
  return (
    <Stack>
      <Choice
        choice={choice}
        onChange={(next) => {
          plan.reset();
          begin.reset();
          setChoice(next);
        }}
      />
      {planned && (
        <Note
          tone={planned.planned === 0 ? 'idle' : 'busy'}
          title={planned.planned === 0 ? 'There is nothing to send' : `About ${count(planned.planned)} events`}
        >
          {planned.planned > 0 && <Text size="sm">It would take about {duration(planned.eta_seconds * 1_000)}.</Text>}
        </Note>
      )}
      {error && <ProblemAlert error={error} />}
      <Group justify="flex-end">
        <Button
          variant={planned ? 'default' : 'filled'}
          loading={plan.isPending}
          onClick={() => {
            plan.mutate();
          }}
        >
          Count
        </Button>
        {planned && planned.planned > 0 && (
          <Button
            loading={begin.isPending}
            onClick={() => {
              begin.mutate();
            }}
          >
            Send {count(planned.planned)} again
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function Choice({ choice, onChange }: { choice: ReplayChoice; onChange: (choice: ReplayChoice) => void }): ReactNode {
  const picker = (name: 'from' | 'until', label: string): ReactNode => (
    <DateTimePicker
      label={label}
      valueFormat="YYYY-MM-DD HH:mm"
      value={wallTime(choice[name])}
      onChange={(value) => {
        if (value !== null) {
          onChange({ ...choice, [name]: new Date(value.replace(' ', 'T')) });
        }
      }}
    />
  );
  return (
    <Stack>
      <Radio.Group
        label="What"
        value={choice.scope}
        onChange={(scope) => {
          onChange({ ...choice, scope: scope === 'matched' ? 'matched' : 'failed' });
        }}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="failed" label="What failed" description="Events that were given up or are parked." />
          <Radio value="matched" label="Everything" description="Each event of the time that the filter takes." />
        </Stack>
      </Radio.Group>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {picker('from', 'Captured from')}
        {picker('until', 'until')}
      </SimpleGrid>
      <Text size="xs" c="dimmed">
        Times are in {browserZone()}.
      </Text>
    </Stack>
  );
}
