import { expect, test } from '@jest/globals';
import { createDownloadLinks } from './download-links.ts';

const REF = { teamId: 7, exportId: '6f0d1f0e-4a43-4c0a-9d3c-0d5f3a1f6a11', file: 0, expiresAt: 1_800_000_000 };
const links = createDownloadLinks(Buffer.alloc(32, 1));

test('a token says what was signed', () => {
  expect(links.verify(links.sign(REF))).toEqual(REF);
});

test('links outlive the rotation of the key', () => {
  const token = createDownloadLinks(Buffer.alloc(32, 2)).sign(REF);
  const rotated = createDownloadLinks(Buffer.alloc(32, 1), [Buffer.alloc(32, 2)]);
  expect(rotated.verify(token)).toEqual(REF);
  expect(links.verify(rotated.sign(REF))).toEqual(REF);
});

test('any other character, another key, or other contents under its signature are refused', () => {
  const token = links.sign(REF);
  const [text = '', signature = ''] = token.split('.');
  // The last character of base64url carries bits that mean nothing.
  for (let at = 0; at < token.length - 1; at += 1) {
    const other = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
    expect(links.verify(other)).toBeUndefined();
  }
  expect(createDownloadLinks(Buffer.alloc(32, 2)).verify(token)).toBeUndefined();
  const [foreign = ''] = links.sign({ ...REF, teamId: 8 }).split('.');
  expect(links.verify(`${foreign}.${signature}`)).toBeUndefined();
  for (const wrong of ['', '.', text, `${text}.`, `${token}.x`]) {
    expect(links.verify(wrong)).toBeUndefined();
  }
});
