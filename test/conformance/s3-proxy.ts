import {
  type InjectedAnswer as WireAnswer,
  type FaultProxy,
  type SeenRequest,
  startFaultProxy,
} from './fault-proxy.ts';

export type { SeenRequest } from './fault-proxy.ts';

/** What the store is made to answer instead. */
export interface InjectedAnswer {
  status: number;
  code: string;
  message?: string;
  /** More elements of the error's XML. */
  extra?: string;
  headers?: Record<string, string>;
}

export interface S3Proxy {
  endpoint: string;
  seen: SeenRequest[];
  /** Asked for each request; undefined passes it on to the real store. */
  inject: (request: SeenRequest) => InjectedAnswer | undefined;
  stop: FaultProxy['stop'];
}

/** Stands before a real S3 server and lets it fail on the wire. */
export async function startS3Proxy(target: string): Promise<S3Proxy> {
  const wire = await startFaultProxy(target);
  const { address: endpoint, seen, stop } = wire;
  const proxy: S3Proxy = { endpoint, seen, inject: () => undefined, stop };
  wire.inject = (request) => {
    const injected = proxy.inject(request);
    return injected === undefined ? undefined : xmlAnswer(injected);
  };
  return proxy;
}

function xmlAnswer({ status, code, message = 'injected', extra = '', headers }: InjectedAnswer): WireAnswer {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message>${extra}</Error>`;
  return { status, body, headers: { 'content-type': 'application/xml', ...headers } };
}

/** What kind of call a request is. */
export function callOf({ method, url }: SeenRequest): string {
  const query = new URL(url, 'http://s3').searchParams;
  if (query.has('partNumber')) {
    return `part ${query.get('partNumber') ?? ''}`;
  }
  if (query.has('uploads')) {
    return method === 'POST' ? 'create' : 'list uploads';
  }
  return query.has('uploadId') ? `${method} upload` : method;
}
