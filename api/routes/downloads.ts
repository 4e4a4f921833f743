import { Readable } from 'node:stream';
import { z } from 'zod';
import { SluiceError } from '../../core/errors.ts';
import { getOnDemand } from '../../store/on-demand.ts';
import type { ApiDeps, ApiScope, DownloadReads } from '../deps.ts';
import { filesOf, lifetime } from '../on-demand.ts';
import { fileName, isExpired, type StoredFile } from '../on-demand-view.ts';
import { problems } from '../schemas.ts';

// In the query: Fastify takes 100 characters of a path's parameter.
const querystring = z.object({ token: z.string().max(1_000) });

/** Public: the signed link is the right to download, until it expires or its export is deleted. */
export function downloadRoutes(scope: ApiScope, deps: ApiDeps): void {
  scope.get(
    '/api/v1/downloads',
    {
      schema: {
        tags: ['on-demand exports'],
        summary: 'Download a file',
        description: 'The address is in the files of an on-demand export. It needs no key, and expires.',
        security: [],
        querystring,
        response: {
          200: { description: 'The file.', content: { 'application/octet-stream': { schema: z.unknown() } } },
          ...problems,
        },
      },
    },
    async (request, reply) => {
      const { file, downloads } = await fileOf(deps, request.query.token);
      const abort = new AbortController();
      reply.raw.on('close', () => {
        abort.abort();
      });
      const body = await downloads.read(file.key, abort.signal);
      if (body === undefined) {
        throw expired();
      }
      return reply
        .type('application/octet-stream')
        .header('content-length', file.bytes)
        .header('content-disposition', `attachment; filename="${fileName(file.key)}"`)
        .header('cache-control', 'private, no-store')
        .send(Readable.from(body, { objectMode: false }));
    },
  );
}

async function fileOf(deps: ApiDeps, token: string): Promise<{ file: StoredFile; downloads: DownloadReads }> {
  const { downloads } = deps;
  const ref = downloads?.links.verify(token);
  const record = ref && (await getOnDemand(deps.db, { teamId: ref.teamId, id: ref.exportId }));
  if (downloads === undefined || ref === undefined || record === undefined) {
    throw new SluiceError({
      code: 'download_link_invalid',
      message: 'this is no link to a download, or its export is deleted',
      retryable: false,
      fault: 'customer',
      remedy: 'Read the on-demand export again and use the url of its file.',
    });
  }
  const at = lifetime(deps);
  const file = (await filesOf(deps, record))[ref.file];
  if (ref.expiresAt * 1_000 <= at.now.getTime() || isExpired(record, at) || file === undefined) {
    throw expired();
  }
  return { file, downloads };
}

function expired(): SluiceError {
  return new SluiceError({
    code: 'download_expired',
    message: 'the files of this download are removed',
    retryable: false,
    fault: 'customer',
    remedy: 'Start the on-demand export again.',
  });
}
