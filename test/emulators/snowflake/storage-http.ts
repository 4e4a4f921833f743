import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ObjectStore, UploadGrant } from './storage.ts';

const header = (request: IncomingMessage, name: string) => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

function grantOf(store: ObjectStore, request: IncomingMessage, stageId: string, path: string): UploadGrant | undefined {
  const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const grant = store.granted(token);
  return grant?.stageId === stageId && path.startsWith(grant.prefix) ? grant : undefined;
}

/**
 * The part of Google Cloud Storage's XML API that the SDK uploads with: HEAD and PUT of an object under a token that is
 * good for one prefix. `path` is `<bucket>/<stage>/<object>`.
 */
export async function serveStorage(
  store: ObjectStore,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, stageId = '', ...rest] = path.split('/').map(decodeURIComponent);
  const object = rest.join('/');
  const grant = grantOf(store, request, stageId, object);
  if (grant === undefined) {
    response.writeHead(403).end();
    return;
  }
  if (request.method === 'PUT') {
    await receive(store, grant, object, request, response);
    return;
  }
  const file = store.find(stageId, object);
  if (file === undefined) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-length': file.bytes, 'x-goog-meta-sfc-digest': file.digest }).end();
}

async function receive(
  store: ObjectStore,
  grant: UploadGrant,
  object: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await store.store(grant, object, request, {
      digest: header(request, 'x-goog-meta-sfc-digest'),
      encryption: header(request, 'x-goog-meta-encryptiondata'),
      material: header(request, 'x-goog-meta-matdesc'),
    });
    response.writeHead(200).end();
  } catch (error) {
    response.writeHead(400).end(error instanceof Error ? error.message : String(error));
  }
}
