import { Button, Group, Modal, Radio, SimpleGrid, Stack, Text } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import { useDisclosure } from '@mantine/hooks';
import { IconRepeat } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answer, type ApiClient } from '../../../api-client/index.ts';
import { EnterForm } from '../../parts/enter-form.tsx';
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
      <Modal
        opened={opened}
        onClose={close}
        title="New replay"
        size="lg"
        closeOnClickOutside={false}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Wizard webhookId={webhookId} onBegun={close} />
      </Modal>
    </>
  );
}

/** Enter counts; then the keyboard is at the button that sends. */
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
    <EnterForm ready={!plan.isPending && !begin.isPending} onEnter={plan.mutate}>
      <Stack>
        <Choice
          choice={choice}
          onChange={(next) => {
            plan.reset();
            begin.reset();
            setChoice(next);
          }}
        />
        {planned && <PlanNote plan={planned} />}
        {error && <ProblemAlert error={error} />}
        <Group justify="flex-end">
          <Button type="submit" variant={planned ? 'default' : 'filled'} loading={plan.isPending}>
            Count
          </Button>
          {planned && !isNothing(planned) && (
            <Button
              autoFocus
              loading={begin.isPending}
              onClick={() => {
                begin.mutate();
              }}
            >
              {planned.planned_is_minimum ? 'Send them again' : `Send ${count(planned.planned)} again`}
            </Button>
          )}
        </Group>
      </Stack>
    </EnterForm>
  );
}

interface Plan {
  planned: number;
  planned_is_minimum: boolean;
  eta_seconds: number;
}

/** Of a range that is too wide to be counted in time only the beginning is known. */
function isNothing({ planned, planned_is_minimum: isMinimum }: Plan): boolean {
  return planned === 0 && !isMinimum;
}

function PlanNote({ plan }: { plan: Plan }): ReactNode {
  if (isNothing(plan)) {
    return <Note tone="idle" title="There is nothing to send" />;
  }
  const about = plan.planned_is_minimum ? 'At least' : 'About';
  return (
    <Note tone="busy" title={`${about} ${count(plan.planned)} events`}>
      <Text size="sm">
        It would take {about.toLowerCase()} {duration(plan.eta_seconds * 1_000)}.
      </Text>
    </Note>
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
          <Radio
            data-autofocus
            value="failed"
            label="What failed"
            description="Events that were given up or are parked."
          />
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
