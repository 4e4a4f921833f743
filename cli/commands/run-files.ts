import { answer, type AnswerOf } from '../api.ts';
import { table } from '../output.ts';
import { pageOptions, readPage, type PageOptions } from '../pages.ts';
import type { AddRequest } from '../requests.ts';

/** `sluice runs files` */
export function filesCommand(add: AddRequest): void {
  add({
    usage: 'files <run-id>',
    description: 'the files that a completed run wrote, and its manifest',
    options: pageOptions('100'),
    ask: (api, [id], options: PageOptions) =>
      readPage(options, (query) => answer(api.GET('/api/v1/runs/{id}/files', { params: { path: { id }, query } }))),
    text: filesText,
  });
}

function filesText({ items, manifest }: AnswerOf<'getRunsByIdFiles'>): string {
  const rows = items.map((file) => [file.key, file.rows, file.bytes, file.sha256]);
  return `${table(['FILE', 'ROWS', 'BYTES', 'SHA256'], rows)}\nmanifest: ${manifest ?? 'none'}`;
}
