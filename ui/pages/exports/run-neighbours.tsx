import { Button, Group } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

interface Props {
  exportId: string;
  /** Undefined while the run is read. */
  run: { previous_run_id: string | null; next_run_id: string | null } | undefined;
}

/** To the runs of the export that started before and after this one. They stay while the next is read: the keyboard goes on. */
export function RunNeighbours({ exportId, run }: Props): ReactNode {
  const to = (id: string | null | undefined): string | undefined =>
    typeof id === 'string' ? `/exports/${exportId}/runs/${id}` : undefined;
  return (
    <Group role="navigation" gap={6} aria-label="Runs of this export">
      <Step label="Previous run" to={to(run?.previous_run_id)} leftSection={<IconChevronLeft size={16} />} />
      <Step label="Next run" to={to(run?.next_run_id)} rightSection={<IconChevronRight size={16} />} />
    </Group>
  );
}

interface StepProps {
  label: string;
  /** Undefined: there is none. */
  to: string | undefined;
  leftSection?: ReactNode;
  rightSection?: ReactNode;
}

/** One element, whether it leads somewhere or not: what takes the focus keeps it. */
function Step({ label, to, ...icon }: StepProps): ReactNode {
  return (
    <Button
      component={Link}
      to={to ?? '.'}
      variant="default"
      {...icon}
      {...(to === undefined ? { 'aria-disabled': true, 'data-disabled': true } : {})}
      onClick={(event) => {
        if (to === undefined) {
          event.preventDefault();
        }
      }}
    >
      {label}
    </Button>
  );
}
