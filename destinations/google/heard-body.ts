import { Readable } from 'node:stream';
import type { JWTOptions } from 'google-auth-library';

type Adapter = NonNullable<NonNullable<JWTOptions['transporterOptions']>['adapter']>;

/**
 * The library's fetch makes a stream of a body and, when the signal is aborted before it has begun, destroys that stream
 * with an error that nobody hears: it would end the process. So the stream is made here, anew for each try, and heard.
 */
export const heardBody: Adapter = (request, send) => {
  const bytes = typeof request.body === 'string' ? Buffer.from(request.body) : request.body;
  if (!(bytes instanceof Uint8Array)) {
    return send(request);
  }
  const body = Readable.from([bytes]);
  body.on('error', () => undefined);
  request.headers.set('content-length', String(bytes.length));
  return send({ ...request, body });
};
