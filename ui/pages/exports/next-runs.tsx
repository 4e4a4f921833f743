import type { ReactNode } from 'react';
import { Figure } from '../../parts/figure.tsx';
import { localTime } from '../../parts/format.ts';
import { Time } from '../../parts/time.tsx';
import { useZone } from '../../parts/zone.ts';
import { useNextRun } from './data.ts';

/** When the schedule is due next. */
export function NextRuns({ exportId, paused }: { exportId: string; paused: boolean }): ReactNode {
  const { data } = useNextRun(exportId);
  const next = data?.items[0];
  if (paused) {
    return (
      <Figure label="Next run" value="paused" hint="Resuming it exports what was missed, unless you say otherwise." />
    );
  }
  return (
    <Figure
      label="Next run"
      value={next === undefined ? 'none' : <Time at={next.interval_end} exact />}
      hint={
        next === undefined ? 'The schedule has ended.' : <When at={next.interval_end} scheduleZone={data?.time_zone} />
      }
    />
  );
}

/** In how long; and by the clock that the schedule goes by, where the person sees times by another. */
function When({ at, scheduleZone }: { at: string; scheduleZone: string | undefined }): ReactNode {
  const { zone } = useZone();
  return (
    <>
      <Time at={at} />
      {scheduleZone === undefined || scheduleZone === zone ? '' : `; ${localTime(new Date(at), scheduleZone)}`}
    </>
  );
}
