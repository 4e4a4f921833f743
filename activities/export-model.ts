import { chooseColumns, needsHashKey } from '../clickhouse/models/choose-columns.ts';
import { eventsModelOf } from '../clickhouse/models/archived-events.ts';
import { sqlModel } from '../clickhouse/models/sql.ts';
import type { ExportModel } from '../clickhouse/models/model.ts';
import { SluiceError } from '../core/errors.ts';
import type { ModelName } from '../core/models.ts';
import type { MicrosRange } from '../core/time.ts';
import type { ExportVersion } from '../store/exports.ts';
import { teamHashKey } from '../store/hash-keys.ts';
import type { ActivityDeps } from './deps.ts';

interface Wanted {
  teamId: number;
  settings: Pick<ExportVersion, 'model' | 'mode' | 'query' | 'columns' | 'privacy'>;
  /** The interval of the run. */
  range: MicrosRange;
}

type ModelDeps = Pick<ActivityDeps, 'db' | 'box' | 'clickhouse'>;

const LOADERS: Record<ModelName, (deps: ModelDeps, wanted: Wanted) => Promise<ExportModel>> = {
  events: (deps, wanted) => chosen(deps, wanted, eventsModelOf(wanted.range, Date.now())),
  sql: async (deps, wanted) => {
    const { teamId, settings, range } = wanted;
    const { query, mode, privacy } = settings;
    if (query === null) {
      throw queryMissing();
    }
    const hides = privacy === null ? undefined : { privacy, hashKey: await hashKeyOf(deps, wanted) };
    return sqlModel(deps.clickhouse, query, { scope: { teamId, range, ...(hides && { hides }) }, mode });
  },
};

async function chosen(deps: ModelDeps, wanted: Wanted, model: ExportModel): Promise<ExportModel> {
  return chooseColumns(model, wanted.settings, await hashKeyOf(deps, wanted));
}

async function hashKeyOf({ db, box }: ModelDeps, { settings, teamId }: Wanted): Promise<Buffer | undefined> {
  return needsHashKey(settings) ? teamHashKey(db, box, teamId) : undefined;
}

function queryMissing(): SluiceError {
  return new SluiceError({
    code: 'query_invalid',
    message: 'the export has no query',
    retryable: false,
    fault: 'customer',
    remedy: 'Change the export: give it a query.',
  });
}

/** The model that an export's settings ask for. */
export function loadModel(deps: ModelDeps, wanted: Wanted): Promise<ExportModel> {
  return LOADERS[wanted.settings.model](deps, wanted);
}
