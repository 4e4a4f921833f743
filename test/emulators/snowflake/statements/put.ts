import type { Context } from '../context.ts';
import { syntaxError } from '../errors.ts';
import { STATEMENT_TYPES, type StatementResult } from '../results.ts';
import { unescapeString } from '../sql/lexer.ts';
import { stageLocation } from './stage-location.ts';

const PUT = /^\s*PUT\s+('(?:[^'\\]|''|\\[^])*'|\S+)\s+('(?:[^'\\]|''|\\[^])*'|@(?:"(?:[^"]|"")*"|\S)+)([^]*?);?\s*$/i;

const unquote = (text: string) => (text.startsWith("'") ? unescapeString(text) : text);

function option(options: string, name: string, fallback: string): string {
  return new RegExp(`${name}\\s*=\\s*(\\w+)`, 'i').exec(options)?.[1]?.toLowerCase() ?? fallback;
}

/**
 * Tells the client where to upload. The store is one of Google's kind, because that is the one cloud store whose
 * address the SDK takes with `http://`; files are encrypted by the client, as for every internal stage.
 */
export async function put(context: Context): Promise<StatementResult> {
  const match = PUT.exec(context.sql);
  if (match === null) {
    throw syntaxError('PUT', 0);
  }
  const [, source = '', target = '', options = ''] = match;
  const { stageId, path } = stageLocation(context, unquote(target), 'WRITE');
  const prefix = path === '' || path.endsWith('/') ? path : `${path}/`;
  const grant = context.storage.grant(stageId, prefix, context.queryId);
  return {
    columns: [],
    rows: [],
    statementTypeId: STATEMENT_TYPES.other,
    upload: {
      command: 'UPLOAD',
      operation: 'Node',
      src_locations: [unquote(source).replace(/^file:\/\//, '')],
      parallel: Number(option(options, 'PARALLEL', '4')),
      threshold: 209_715_200,
      autoCompress: option(options, 'AUTO_COMPRESS', 'true') === 'true',
      overwrite: option(options, 'OVERWRITE', 'false') === 'true',
      sourceCompression: option(options, 'SOURCE_COMPRESSION', 'auto_detect'),
      clientShowEncryptionParameter: true,
      encryptionMaterial: { queryStageMasterKey: grant.masterKey, queryId: grant.queryId, smkId: 92019681909886 },
      stageInfo: {
        locationType: 'GCS',
        location: `stages/${stageId}/${prefix}`,
        path: prefix,
        region: 'EMULATOR',
        storageAccount: null,
        isClientSideEncrypted: true,
        creds: { GCS_ACCESS_TOKEN: grant.token },
        presignedUrl: null,
        endPoint: context.storage.endpoint,
      },
    },
  };
}
