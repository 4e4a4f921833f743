import type { ConnectionOptions } from 'node:tls';
import type { PostgresConfig } from './config.ts';

/** What the driver's `ssl` wants; false: not encrypted. */
export function tlsOptions(config: PostgresConfig): ConnectionOptions | false {
  const { tlsMode, tlsCa, tlsClientCertificate, tlsClientKey } = config;
  if (tlsMode === 'disable') {
    return false;
  }
  return {
    rejectUnauthorized: tlsMode !== 'require',
    ...(tlsMode === 'verify-ca' && { checkServerIdentity: () => undefined }),
    ...(tlsCa !== undefined && { ca: tlsCa }),
    ...(tlsClientCertificate !== undefined && { cert: tlsClientCertificate, key: tlsClientKey }),
  };
}
