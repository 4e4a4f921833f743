import { Button, Group, Modal, NumberInput, SegmentedControl, Stack, Switch, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ApiProblem } from '../../../api-client/index.ts';
import { EnterForm } from '../../parts/enter-form.tsx';
import { bytes, count, duration } from '../../parts/format.ts';
import { ProblemAlert } from '../../parts/problem-alert.tsx';
import type { ExportDetail } from './data.ts';
import { RangeInput } from './range-input.tsx';
import { useNewBackfill, type BackfillEstimate, type NewBackfillState } from './use-new-backfill.ts';

const MS_PER_MINUTE = 60_000;
/** The API's own bound. */
const MAX_PARALLEL = 16;

interface Props {
  detail: ExportDetail;
  opened: boolean;
  onClose: () => void;
}

/** First what it would cost, then the start. */
export function NewBackfill({ detail, opened, onClose }: Props): ReactNode {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={`Backfill ${detail.name}`}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <BackfillForm detail={detail} />
    </Modal>
  );
}

/** Enter estimates; then the keyboard is at the button that starts. */
function BackfillForm({ detail: { id } }: { detail: ExportDetail }): ReactNode {
  const entered = useNewBackfill(id);
  const { wish, change, error, estimate, busy, isComplete } = entered;
  const mayStart = estimate !== undefined && !busy;
  return (
    <EnterForm ready={!busy && isComplete} onEnter={entered.askEstimate}>
      <Stack>
        <RangeInput
          range={wish.range}
          errors={fieldErrors(error)}
          onChange={(range) => {
            change({ range });
          }}
        />
        <Manner entered={entered} />
        {estimate !== undefined && <EstimateText estimate={estimate} />}
        {error !== undefined && <ProblemAlert error={error} />}
        <Group justify="flex-end">
          <Button type="submit" variant="default" loading={busy} disabled={!isComplete}>
            Estimate
          </Button>
          <Button
            key={mayStart ? 'ready' : 'waits'}
            autoFocus={mayStart}
            loading={busy}
            disabled={estimate === undefined}
            onClick={entered.start}
          >
            Start
          </Button>
        </Group>
      </Stack>
    </EnterForm>
  );
}

function Manner({ entered: { wish, change } }: { entered: NewBackfillState }): ReactNode {
  return (
    <>
      <Group align="flex-end">
        <SegmentedControl
          aria-label="Order"
          value={wish.order}
          onChange={(order) => {
            change({ order });
          }}
          data={[
            { value: 'newest', label: 'Newest first' },
            { value: 'oldest', label: 'Oldest first' },
          ]}
        />
        <NumberInput
          label="Intervals at a time"
          min={1}
          max={MAX_PARALLEL}
          w={150}
          value={wish.parallel}
          onChange={(value) => {
            change({ parallel: Number(value) || 1 });
          }}
        />
      </Group>
      <Switch
        label="Also export again what is exported already"
        checked={wish.force}
        onChange={(event) => {
          change({ force: event.currentTarget.checked });
        }}
      />
    </>
  );
}

function EstimateText({ estimate }: { estimate: BackfillEstimate }): ReactNode {
  const { intervals, skipped, empty, rows, minutes, basis } = estimate;
  const size = rows === null ? 'rows unknown' : `${count(rows)} rows`;
  const weight = estimate.bytes === null ? '' : `, ${bytes(estimate.bytes)} uncompressed`;
  const time = minutes === null ? '' : `, about ${duration(minutes * MS_PER_MINUTE)}`;
  return (
    <div role="status">
      <Text fw={600}>
        {count(intervals)} intervals, {size}
        {weight}
        {time}
      </Text>
      <Text size="sm" c="dimmed">
        {count(skipped)} are exported already, {count(empty)} have no events. The time comes from{' '}
        {basis === 'this_export' ? 'past runs of this export' : 'a typical speed'}, when nothing slows it down.
      </Text>
    </div>
  );
}

function fieldErrors(error: unknown): Record<string, string> {
  return error instanceof ApiProblem
    ? Object.fromEntries(error.fields.map(({ field, message }) => [field, message]))
    : {};
}
