import { parseUrl } from './parse-url.ts';

/** Where an installation keeps the files of on-demand exports. Server and worker must both reach it. */
export type DownloadPlace =
  | { kind: 'file'; directory: string }
  | {
      kind: 's3';
      bucket: string;
      prefix: string;
      region?: string;
      endpoint?: string;
      forcePathStyle: boolean;
      accessKeyId?: string;
      secretAccessKey?: string;
    };

/**
 * `file:///folder`, or `s3://bucket/prefix` with the parameters region, endpoint and path_style; keys as user and
 * password, without them the process's own identity. Undefined for anything else.
 */
export function parseDownloadPlace(text: string): DownloadPlace | undefined {
  const url = parseUrl(text);
  if (url?.protocol === 'file:' && url.host === '' && url.pathname !== '/') {
    return { kind: 'file', directory: decodeURIComponent(url.pathname) };
  }
  if (url?.protocol !== 's3:' || url.host === '') {
    return undefined;
  }
  const region = url.searchParams.get('region');
  const endpoint = url.searchParams.get('endpoint');
  const keys = { accessKeyId: decodeURIComponent(url.username), secretAccessKey: decodeURIComponent(url.password) };
  return {
    kind: 's3',
    bucket: url.hostname,
    prefix: decodeURIComponent(url.pathname).replace(/^\/|\/$/g, ''),
    ...(region === null ? {} : { region }),
    ...(endpoint === null ? {} : { endpoint }),
    forcePathStyle: url.searchParams.get('path_style') === 'true',
    ...(url.username === '' ? {} : keys),
  };
}
