import type { BigQueryApi } from './api.ts';
import { type Names, stageGeneration } from './names.ts';
import { findTable } from './table.ts';

/** Nothing needs a stage for longer; BigQuery drops it then, whatever became of its attempt. */
const LIFETIME_MS = 7 * 24 * 3_600_000;
const PAGE_TABLES = 1_000;

/** What is known of a stage that was loaded completely; kept with it. */
export interface StageNote {
  rows: number;
  bytes: number;
  sha256: string;
}

export interface Stage {
  table: string;
  generation: number;
}

export async function writeNote(api: BigQueryApi, stage: string, note: StageNote, signal: AbortSignal): Promise<void> {
  const body = { description: JSON.stringify(note), expirationTime: String(Date.now() + LIFETIME_MS) };
  await api.send('PATCH', api.tablePath(stage), 'describe a stage', signal, { body });
}

/** Undefined when the stage is not there, or its attempt ended before it wrote the note. */
export async function readNote(api: BigQueryApi, stage: string, signal: AbortSignal): Promise<StageNote | undefined> {
  const description = (await findTable(api, stage, signal))?.description;
  return description === undefined ? undefined : (JSON.parse(description) as StageNote);
}

/** Every stage of the interval, of all generations. */
export async function listStages(api: BigQueryApi, names: Names, signal: AbortSignal): Promise<Stage[]> {
  const stages: Stage[] = [];
  let pageToken: string | undefined;
  do {
    const page: TablePage = await api.send('GET', `${api.datasetPath}/tables`, 'list tables', signal, {
      params: { maxResults: String(PAGE_TABLES), ...(pageToken === undefined ? {} : { pageToken }) },
    });
    for (const { tableReference } of page.tables ?? []) {
      const generation = stageGeneration(names, tableReference.tableId);
      if (generation !== undefined) {
        stages.push({ table: tableReference.tableId, generation });
      }
    }
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return stages;
}

interface TablePage {
  tables?: { tableReference: { tableId: string } }[];
  nextPageToken?: string;
}

export async function dropStage(api: BigQueryApi, stage: string, signal: AbortSignal): Promise<void> {
  await api.remove(api.tablePath(stage), 'drop a stage', signal);
}
