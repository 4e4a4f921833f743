import { z } from 'zod';
import { getExportVersion } from '../../store/exports.ts';
import { listRunFiles, type RunFile } from '../../store/run-files.ts';
import type { RunRecord } from '../../store/runs.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { cutPage, decodePosition, pageOf, pageQuery } from '../pagination.ts';
import { idParams, problems } from '../schemas.ts';
import { findRun } from './runs.ts';

const fileSchema = z
  .object({
    key: z
      .string()
      .describe('Object key, or path below the folder of the destination.')
      .meta({ examples: ['events/2026/11/21/20261121T110000Z-20261121T120000Z-8c2f6f0e-00000.parquet'] }),
    rows: z.int(),
    bytes: z.int(),
    sha256: z.string().describe('Of the bytes as stored, lower-case hex.'),
  })
  .meta({ id: 'RunFile' });

const filesSchema = pageOf(fileSchema).extend({
  manifest: z.string().nullable().describe('Key of the manifest, as long as the log of the run is kept.'),
});

const position = z.tuple([z.int(), z.int()]);

export function runFileRoutes(scope: ApiScope, deps: ApiDeps): void {
  scope.get(
    '/runs/:id/files',
    {
      schema: {
        tags: ['runs'],
        summary: 'List the files that a run wrote',
        description:
          'In the order of the plan; none while the run is open, unless it completed, and of a table. A later run of the interval may have replaced them, or added to them: the manifest at the destination says what counts.',
        params: idParams,
        querystring: z.object(pageQuery),
        response: { 200: filesSchema, ...problems },
      },
    },
    async ({ teamId, params, query: { limit, cursor } }) => {
      const run = await findRun(deps, { teamId, id: params.id });
      if (!(await wroteFiles(deps, run))) {
        return { items: [], next_cursor: null, manifest: null };
      }
      const after = cursor === undefined ? {} : { after: decodePosition(cursor, position) };
      const [rows, manifest] = await Promise.all([
        listRunFiles(deps.db, { runId: run.id, generation: run.generation, limit: limit + 1, ...after }),
        deps.events.runManifest({ teamId, runId: run.id }),
      ]);
      const page = cutPage(rows, limit, { item: fileView, position: (row) => [row.chunkIndex, row.position] });
      return { ...page, manifest: manifest ?? null };
    },
  );
}

/** What a table was loaded from is gone. */
async function wroteFiles(deps: ApiDeps, { status, exportId, configVersion }: RunRecord): Promise<boolean> {
  return (
    status === 'completed' && (await getExportVersion(deps.db, exportId, configVersion))?.format.fileFormat !== 'table'
  );
}

function fileView({ key, rows, bytes, sha256 }: RunFile): z.output<typeof fileSchema> {
  return { key, rows, bytes, sha256 };
}
