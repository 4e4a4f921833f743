import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { DownloadReads } from './deps.ts';

/** Which file of whom, and until when. */
export interface DownloadRef {
  teamId: number;
  exportId: string;
  /** Position among the files of the export. */
  file: number;
  /** Seconds since the epoch. */
  expiresAt: number;
}

export interface DownloadLinks {
  /** A token that whoever holds it can download with: the link needs no API key. */
  sign(ref: DownloadRef): string;
  /** Undefined unless it was signed here and is as it was; its time is the caller's to judge. */
  verify(token: string): DownloadRef | undefined;
}

const KEY_BYTES = 32;
const refSchema = z.tuple([z.int(), z.uuid(), z.int().min(0), z.int()]);

/** The key is derived from the installation's encryption key, and tells nothing about it. Links of old keys are good. */
export function createDownloadLinks(encryptionKey: Buffer, oldKeys: readonly Buffer[] = []): DownloadLinks {
  const mac = macWith(encryptionKey);
  const macs = [mac, ...oldKeys.map(macWith)];
  return {
    sign: ({ teamId, exportId, file, expiresAt }) => {
      const text = Buffer.from(JSON.stringify([teamId, exportId, file, expiresAt])).toString('base64url');
      return `${text}.${mac(text).toString('base64url')}`;
    },
    verify: (token) => {
      const [text = '', signature = '', ...rest] = token.split('.');
      const given = Buffer.from(signature, 'base64url');
      if (rest.length > 0 || !macs.some((expected) => isSame(given, expected(text)))) {
        return undefined;
      }
      const [teamId, exportId, file, expiresAt] = refSchema.parse(
        JSON.parse(Buffer.from(text, 'base64url').toString()),
      );
      return { teamId, exportId, file, expiresAt };
    },
  };
}

function macWith(encryptionKey: Buffer): (text: string) => Buffer {
  const key = Buffer.from(hkdfSync('sha256', encryptionKey, '', 'sluice download links', KEY_BYTES));
  return (text) => createHmac('sha256', key).update(text).digest();
}

function isSame(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** What the API needs of an installation's place for downloads. */
export function downloadDeps(
  place: Pick<DownloadReads, 'read'> | undefined,
  config: { encryptionKey: Buffer; oldEncryptionKeys: readonly Buffer[]; downloadTtlMs: number },
): { downloads?: DownloadReads } {
  const links = createDownloadLinks(config.encryptionKey, config.oldEncryptionKeys);
  return place ? { downloads: { read: place.read, links, ttlMs: config.downloadTtlMs } } : {};
}
