import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answer } from '../../../api-client/index.ts';
import { Figure } from '../../parts/figure.tsx';
import { localTime } from '../../parts/format.ts';
import { Time } from '../../parts/time.tsx';
import { useZone } from '../../parts/zone.ts';
import { useApi } from '../../session/session.tsx';

/** When the schedule is due next. */
export function NextRuns({ exportId, paused }: { exportId: string; paused: boolean }): ReactNode {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['export', exportId, 'next-runs'],
    queryFn: () =>
      answer(api.GET('/api/v1/exports/{id}/next-runs', { params: { path: { id: exportId }, query: { count: '1' } } })),
    refetchInterval: 30_000,
  });
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
