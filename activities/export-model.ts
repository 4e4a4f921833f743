import { chooseColumns, needsHashKey } from '../clickhouse/models/choose-columns.ts';
import { EVENTS_MODEL } from '../clickhouse/models/events.ts';
import type { ExportModel } from '../clickhouse/models/model.ts';
import type { ModelName } from '../core/models.ts';
import type { ExportVersion } from '../store/exports.ts';
import { teamHashKey } from '../store/hash-keys.ts';
import type { ActivityDeps } from './deps.ts';

interface Wanted {
  teamId: number;
  settings: Pick<ExportVersion, 'model' | 'columns' | 'privacy'>;
}

type ModelDeps = Pick<ActivityDeps, 'db' | 'box'>;

const LOADERS: Record<ModelName, (deps: ModelDeps, wanted: Wanted) => Promise<ExportModel>> = {
  events: (deps, wanted) => chosen(deps, wanted, EVENTS_MODEL),
};

async function chosen({ db, box }: ModelDeps, wanted: Wanted, model: ExportModel): Promise<ExportModel> {
  const { settings, teamId } = wanted;
  const hashKey = needsHashKey(settings) ? await teamHashKey(db, box, teamId) : undefined;
  return chooseColumns(model, settings, hashKey);
}

/** The model that an export's settings ask for. */
export function loadModel(deps: ModelDeps, wanted: Wanted): Promise<ExportModel> {
  return LOADERS[wanted.settings.model](deps, wanted);
}
