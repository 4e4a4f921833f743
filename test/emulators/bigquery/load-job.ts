import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiError, notEmulated } from './api-error.ts';
import { colonName } from './catalogue.ts';
import type { Catalogue } from './catalogue.ts';
import type { JobOutcome } from './jobs.ts';
import { checkAgainstTable, schemaOfLoad } from './load-schema.ts';
import type { ParquetFile, ParquetReader } from './parquet-file.ts';
import { toApiError } from './upstream.ts';
import type { Upstream } from './upstream.ts';
import type { LoadConfiguration, TableField } from './wire.ts';

export interface LoadTools {
  upstream: Upstream;
  catalogue: Catalogue;
  parquet: ParquetReader;
  /** For uploaded files. */
  directory: string;
}

/** Runs the load of an uploaded file; throws what becomes the job's error. */
export async function runLoad(tools: LoadTools, load: LoadConfiguration, content: Buffer): Promise<JobOutcome> {
  const uploaded = join(tools.directory, `${randomUUID()}.upload`);
  await writeFile(uploaded, content);
  try {
    return load.sourceFormat === 'PARQUET'
      ? await loadParquet(tools, load, uploaded, content.length)
      : await loadOther(tools, load, uploaded);
  } finally {
    await rm(uploaded, { force: true });
  }
}

async function loadParquet(
  tools: LoadTools,
  load: LoadConfiguration,
  path: string,
  bytes: number,
): Promise<JobOutcome> {
  const file = await inspected(tools, path);
  const schema = schemaOfLoad(load, file);
  const table = (await tools.upstream.table(load.destinationTable)) ?? (await createTable(tools, load, schema));
  const fields = table.schema?.fields ?? [];
  checkAgainstTable(load, schema, fields);
  const ordered = `${path}.ordered`;
  try {
    const present = new Set(schema.map(({ name }) => name.toLowerCase()));
    await tools.parquet.reorder(path, ordered, namesOf(fields), present);
    await runUpstream(tools, load, ordered);
  } finally {
    await rm(ordered, { force: true });
  }
  return { statistics: { load: { inputFiles: '1', inputFileBytes: String(bytes), outputRows: String(file.rows) } } };
}

async function inspected(tools: LoadTools, path: string): Promise<ParquetFile> {
  try {
    return await tools.parquet.inspect(path);
  } catch (error: unknown) {
    if (error instanceof ApiError) {
      throw error;
    }
    throw new ApiError('invalid', `Error while reading data, error message: ${String(error)}`);
  }
}

async function createTable(
  tools: LoadTools,
  load: LoadConfiguration,
  fields: TableField[],
): Promise<{ schema?: { fields?: TableField[] } }> {
  if (load.createDisposition === 'CREATE_NEVER') {
    throw new ApiError('notFound', `Not found: Table ${colonName(load.destinationTable)}`);
  }
  const tableReference = load.destinationTable;
  return tools.catalogue.create(tableReference, { tableReference, schema: { fields } });
}

/** JSON lines and CSV go to bqemulator as they are: columns by its rules, no comparison of schemas. */
async function loadOther(tools: LoadTools, load: LoadConfiguration, path: string): Promise<JobOutcome> {
  if (load.schema === undefined && (await tools.upstream.table(load.destinationTable)) === undefined) {
    throw notEmulated(`a ${load.sourceFormat ?? 'CSV'} load that has to infer the schema`);
  }
  return { statistics: await runUpstream(tools, load, path) };
}

async function runUpstream(tools: LoadTools, load: LoadConfiguration, path: string): Promise<Record<string, unknown>> {
  const configuration = { load: { ...load, sourceUris: [`file://${path}`] } };
  const job = await tools.upstream.runJob(load.destinationTable.projectId, configuration);
  if (job.status?.errorResult !== undefined) {
    throw toApiError(job.status.errorResult);
  }
  return job.statistics ?? {};
}

function namesOf(fields: TableField[]): string[] {
  return fields.map(({ name }) => name);
}
