import { describe, expect, test } from '@jest/globals';
import { DESTINATIONS, findDestination, parseDestinationConfig } from './registry.ts';

const S3 = { bucket: 'my-bucket', accessKeyId: 'AK', secretAccessKey: 'hush-hush' };

function codeAndText(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
  return 'nothing was thrown';
}

describe('destinations', () => {
  test.each([...DESTINATIONS])('%s has its kind, formats, and describes every field', (kind, destination) => {
    expect(findDestination(kind)).toBe(destination);
    expect(destination.formats.length).toBeGreaterThan(0);
    const { shape } = destination.configSchema as unknown as { shape: Record<string, { description?: string }> };
    expect(Object.keys(shape).filter((field) => shape[field]?.description === undefined)).toEqual([]);
    expect(Object.keys(shape)).toEqual(expect.arrayContaining([...destination.secretFields]));
  });

  test('an unknown kind is answered with the known ones', () => {
    expect(codeAndText(() => findDestination('s4'))).toBe(
      'destination_kind_unknown: there is no destination kind "s4"; known are file, s3, azure-blob, gcs, postgres, clickhouse, snowflake, bigquery, redshift, http',
    );
  });

  test('defaults', () => {
    expect(parseDestinationConfig(findDestination('s3'), S3)).toEqual({
      ...S3,
      region: 'us-east-1',
      prefix: '{table}/{year}/{month}/{day}',
      forcePathStyle: false,
      encryption: 'bucket-default',
      kmsBucketKey: true,
    });
  });

  test.each([
    ['s3', { ...S3, bucket: 'No' }, 'bucket: '],
    ['s3', { ...S3, endpoint: 'ftp://x' }, 'endpoint: it must begin with https'],
    ['s3', { ...S3, endpoint: 'https://u:p@x' }, 'endpoint: it must not contain credentials'],
    ['s3', { ...S3, prefix: 'a/{yaer}' }, 'prefix: {yaer} is not a variable'],
    ['s3', { ...S3, bukcet: 'x' }, 'bukcet'],
    ['s3', { ...S3, secretAccessKey: undefined }, 'secretAccessKey: '],
    ['file', { directory: 'relative' }, 'directory: it must be an absolute path'],
    ['file', { directory: '/x', prefix: '../y' }, 'prefix: '],
  ])('%s %j is refused by the name of its field', (kind, config, expected) => {
    const told = codeAndText(() => parseDestinationConfig(findDestination(kind), config));
    expect(told).toContain('destination_config_invalid');
    expect(told).toContain(expected);
    expect(told).not.toContain('hush-hush');
  });
});
