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

/** The key is derived from the installation's encryption key, and tells nothing about it. */
export function createDownloadLinks(encryptionKey: Buffer): DownloadLinks {
  const key = Buffer.from(hkdfSync('sha256', encryptionKey, '', 'sluice download links', KEY_BYTES));
  const mac = (text: string): Buffer => createHmac('sha256', key).update(text).digest();
  return {
    sign: ({ teamId, exportId, file, expiresAt }) => {
      const text = Buffer.from(JSON.stringify([teamId, exportId, file, expiresAt])).toString('base64url');
      return `${text}.${mac(text).toString('base64url')}`;
    },
    verify: (token) => {
      const [text = '', signature = '', ...rest] = token.split('.');
      const given = Buffer.from(signature, 'base64url');
      const expected = mac(text);
      if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) {
        return undefined;
      }
      const [teamId, exportId, file, expiresAt] = refSchema.parse(
        JSON.parse(Buffer.from(text, 'base64url').toString()),
      );
      return { teamId, exportId, file, expiresAt };
    },
  };
}

/** What the API needs of an installation's place for downloads. */
export function downloadDeps(
  place: Pick<DownloadReads, 'read'> | undefined,
  config: { encryptionKey: Buffer; downloadTtlMs: number },
): { downloads?: DownloadReads } {
  const links = createDownloadLinks(config.encryptionKey);
  return place ? { downloads: { read: place.read, links, ttlMs: config.downloadTtlMs } } : {};
}
