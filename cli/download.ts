import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { answer, type ApiClient } from './api.ts';

/** Stores what a signed link of the API gives. Under its name the file is complete: until then it is called `….part`. */
export async function download(api: ApiClient, link: string, file: string): Promise<void> {
  const token = new URLSearchParams(link.slice(link.indexOf('?'))).get('token') ?? '';
  const body = await answer(api.GET('/api/v1/downloads', { params: { query: { token } }, parseAs: 'stream' }));
  const part = `${file}.part`;
  try {
    await pipeline(body === null ? [] : Readable.fromWeb(body), createWriteStream(part));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
