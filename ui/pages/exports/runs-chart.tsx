import { SimpleGrid } from '@mantine/core';
import type { ReactNode } from 'react';
import { TimeChart } from '../../charts/time-chart.tsx';
import { duration, shortCount } from '../../parts/format.ts';
import { SectionCard } from '../../parts/section-card.tsx';
import { useRecentRuns, type Run } from './data.ts';
import { alongTime, byOutcome, outcomesOf } from './run-outcomes.ts';

/** Rows and duration of the newest runs along their intervals, coloured by how they ended. */
export function RunsChart({ exportId }: { exportId: string }): ReactNode {
  const runs = (useRecentRuns(exportId).data ?? []).filter(({ finished_at }) => finished_at !== null);
  const points = alongTime(runs);
  if (points.length < 2) {
    return null;
  }
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <SectionCard title="Rows per run">
        <TimeChart
          kind="bar"
          label="Rows of each run"
          points={points.map((run) => ({ at: run.interval_end, ...byOutcome(run, run.rows) }))}
          series={outcomesOf(points)}
          format={shortCount}
          height={180}
        />
      </SectionCard>
      <SectionCard title="Duration">
        <TimeChart
          kind="bar"
          label="Duration of each run"
          points={points.map((run) => ({ at: run.interval_end, ...byOutcome(run, durationMs(run)) }))}
          series={outcomesOf(points)}
          format={duration}
          height={180}
        />
      </SectionCard>
    </SimpleGrid>
  );
}

function durationMs({ started_at, finished_at }: Run): number {
  return finished_at === null ? 0 : new Date(finished_at).getTime() - new Date(started_at).getTime();
}
