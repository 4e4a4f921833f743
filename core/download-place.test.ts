import { expect, test } from '@jest/globals';
import { parseDownloadPlace } from './download-place.ts';

test('a folder', () => {
  const place = { kind: 'file', directory: '/var/lib/my files' };
  expect(parseDownloadPlace('file:///var/lib/my%20files')).toEqual(place);
});

test('a bucket with the process’s own identity, and one of another store with keys', () => {
  const own = { kind: 's3', bucket: 'lake', prefix: '', forcePathStyle: false };
  expect(parseDownloadPlace('s3://lake')).toEqual(own);
  const url = 's3://AKIA:s%2Fecret@lake/a/b/?region=eu-central-1&endpoint=http://127.0.0.1:9000&path_style=true';
  expect(parseDownloadPlace(url)).toEqual({
    ...{ kind: 's3', bucket: 'lake', prefix: 'a/b', region: 'eu-central-1', endpoint: 'http://127.0.0.1:9000' },
    ...{ forcePathStyle: true, accessKeyId: 'AKIA', secretAccessKey: 's/ecret' },
  });
});

test.each(['', 'downloads', '/var/lib', 'file:///', 'file://host/folder', 's3:///prefix', 'https://lake'])(
  '%s is no place',
  (text) => {
    expect(parseDownloadPlace(text)).toBeUndefined();
  },
);
