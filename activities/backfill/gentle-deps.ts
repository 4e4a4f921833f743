import type { ClickHouse } from '../../clickhouse/client.ts';
import type { ActivityDeps } from '../deps.ts';
import { liveWorkOf } from './live-work.ts';
import { createPace } from './pace.ts';

/** For what may wait: it reads ClickHouse gently, and gives way when live work is late. `slots` chunks at once. */
export function gentleDeps(deps: ActivityDeps, clickhouse: ClickHouse, slots: number): ActivityDeps {
  const pace = createPace({
    slots,
    lateWork: liveWorkOf({ ...deps, clickhouse }),
    onFailure: (err) => {
      deps.logger.warn({ err }, 'the state of live work could not be read');
    },
  });
  return { ...deps, clickhouse, pace };
}
