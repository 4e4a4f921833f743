import { Checkbox } from '@mantine/core';
import type { ReactNode } from 'react';
import { count } from '../../parts/format.ts';
import { Note } from '../../parts/note.tsx';
import { useNextRun, useRecentRuns, type Run } from './data.ts';
import { keptRunOf } from './kept-run.ts';

/** That a run found more at the destination than the source has, after a restore, and left it there. */
export function KeptNote({ run }: { run: Run }): ReactNode {
  return (
    <Note tone="warn" title={`The destination kept ${count(run.rows)} rows from before Sluice’s database was restored`}>
      The source had {count(run.rows_in)} of this interval. Nothing replaces them unasked; “Run again” offers it.
    </Note>
  );
}

/** Only shown with a run that has kept something. */
export function ReplaceKept({
  run,
  checked,
  onChange,
}: {
  run: Run;
  checked: boolean;
  onChange: (checked: boolean) => void;
}): ReactNode {
  return (
    <Checkbox
      label="Replace the files that were kept, too"
      description={`They have ${count(run.rows)} rows from before Sluice’s database was restored; the source had ${count(run.rows_in)} when they were kept. What only the files have is then lost for good.`}
      checked={checked}
      onChange={(event) => {
        onChange(event.currentTarget.checked);
      }}
    />
  );
}

/** The last run of the interval that “Run now” exports, when it has kept something. */
export function useKeptLastRun(exportId: string): Run | undefined {
  const end = useNextRun(exportId).data?.items[0]?.interval_start;
  const runs = useRecentRuns(exportId).data ?? [];
  return end === undefined ? undefined : keptRunOf(runs, end);
}
