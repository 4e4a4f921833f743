import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ClientCertificate } from '../core/endpoint-auth.ts';

/** A self-signed pair for 127.0.0.1, which is its own authority. `days` below zero: it has expired. */
export function selfSigned(name: string, { days = 2, host = 'localhost' } = {}): ClientCertificate {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-certificate-'));
  try {
    const [key, request, extensions] = ['key', 'csr', 'ext'].map((file) => path.join(folder, file)) as [
      string,
      string,
      string,
    ];
    writeFileSync(extensions, `subjectAltName=IP:127.0.0.1,DNS:${host}`);
    openssl(['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${name}`, '-keyout', key, '-out', request]);
    const signing = ['x509', '-req', '-in', request, '-signkey', key, '-days', String(days), '-extfile', extensions];
    return { certificate: openssl(signing), privateKey: readFileSync(key, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const openssl = (args: readonly string[]): string => execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' });
