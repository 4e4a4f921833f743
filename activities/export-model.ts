import { EVENTS_MODEL } from '../clickhouse/models/events.ts';
import type { ExportModel } from '../clickhouse/models/model.ts';
import type { ModelName } from '../core/models.ts';
import type { ExportVersion } from '../store/exports.ts';
import type { ActivityDeps } from './deps.ts';

interface Wanted {
  teamId: number;
  settings: ExportVersion;
}

const LOADERS: Record<ModelName, (deps: ActivityDeps, wanted: Wanted) => Promise<ExportModel>> = {
  events: () => Promise.resolve(EVENTS_MODEL),
};

/** The model that an export's settings ask for. */
export function loadModel(deps: ActivityDeps, wanted: Wanted): Promise<ExportModel> {
  return LOADERS[wanted.settings.model](deps, wanted);
}
