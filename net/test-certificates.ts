import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ClientCertificate } from '../core/endpoint-auth.ts';

/** A self-signed pair for 127.0.0.1, which is its own authority. `days` below zero: it has expired. */
export function selfSigned(name: string, { days = 2, host = 'localhost' } = {}): ClientCertificate {
  return inFolder((file) => {
    const { privateKey, request } = requested(file, name);
    writeFileSync(file('ext'), ownNames(host));
    return { certificate: signedByItself(file, { request, days }), privateKey };
  });
}

/** Signs certificates for 127.0.0.1 that are valid to the second, unlike what names days. */
export interface TestAuthority {
  certificate: string;
  issue(name: string, until: Date): ClientCertificate;
}

export function testAuthority(): TestAuthority {
  const own = inFolder((file) => {
    const { privateKey, request } = requested(file, 'Test Authority');
    writeFileSync(file('ext'), 'basicConstraints=critical,CA:TRUE');
    return { certificate: signedByItself(file, { request, days: 2 }), privateKey };
  });
  return {
    certificate: own.certificate,
    issue: (name, until) => inFolder((file) => issued(file, own, { name, until })),
  };
}

type InFolder = (name: string) => string;

const HOUR_MS = 3_600_000;
/** The one tool of openssl that takes a time of day. */
const configOf = (file: InFolder): string =>
  [
    '[ca]\ndefault_ca = own',
    `[own]\ndatabase = ${file('index')}\nnew_certs_dir = ${file('.')}\nrand_serial = yes\ndefault_md = sha256\npolicy = any`,
    '[any]\ncommonName = supplied\n',
  ].join('\n');

function issued(
  file: InFolder,
  authority: ClientCertificate,
  { name, until }: { name: string; until: Date },
): ClientCertificate {
  const { privateKey, request } = requested(file, name);
  const files = {
    ext: ownNames('localhost'),
    index: '',
    config: configOf(file),
    'ca.pem': authority.certificate,
    'ca.key': authority.privateKey,
  };
  for (const [of, text] of Object.entries(files)) {
    writeFileSync(file(of), text);
  }
  const signer = ['-config', file('config'), '-cert', file('ca.pem'), '-keyfile', file('ca.key'), '-batch', '-notext'];
  const times = ['-startdate', asn1Time(new Date(Date.now() - HOUR_MS)), '-enddate', asn1Time(until)];
  openssl(['ca', ...signer, ...times, '-in', request, '-extfile', file('ext'), '-out', file('certificate')]);
  return { certificate: readFileSync(file('certificate'), 'utf8'), privateKey };
}

/** `20261122083000Z` */
const asn1Time = (at: Date): string => `${at.toISOString().replaceAll(/\D/g, '').slice(0, 14)}Z`;

const ownNames = (host: string): string => `subjectAltName=IP:127.0.0.1,DNS:${host}`;

function requested(file: InFolder, name: string): { privateKey: string; request: string } {
  const [key, request] = [file('key'), file('csr')];
  openssl(['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${name}`, '-keyout', key, '-out', request]);
  return { privateKey: readFileSync(key, 'utf8'), request };
}

function signedByItself(file: InFolder, { request, days }: { request: string; days: number }): string {
  const signing = ['x509', '-req', '-in', request, '-signkey', file('key')];
  return openssl([...signing, '-days', String(days), '-extfile', file('ext')]);
}

function inFolder<T>(work: (file: InFolder) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-certificate-'));
  try {
    return work((name) => path.join(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const openssl = (args: readonly string[]): string => execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' });
