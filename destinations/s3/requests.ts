import { crc32 } from 'node:zlib';
import type { CompletedPart, PutObjectCommandInput } from '@aws-sdk/client-s3';
import type { NewObject, UploadedPart, WriteCondition } from '../object-store/store.ts';
import type { S3Config } from './config.ts';

export function conditionHeaders(condition: WriteCondition): { IfNoneMatch: string } | { IfMatch: string } {
  return 'onlyIf' in condition ? { IfMatch: condition.onlyIf } : { IfNoneMatch: '*' };
}

type ObjectInput = Pick<
  PutObjectCommandInput,
  | 'Bucket'
  | 'Key'
  | 'ContentType'
  | 'Metadata'
  | 'StorageClass'
  | 'ServerSideEncryption'
  | 'BucketKeyEnabled'
  | 'SSEKMSKeyId'
>;

/** Big endian, base64. */
export function crc32Text(bytes: Uint8Array): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum.toString('base64');
}

/** The completion has to repeat a part's checksum. */
export function partTag(etag: string, checksum: string | undefined): string {
  return checksum === undefined ? etag : `${etag} ${checksum}`;
}

export function completedPart({ partNumber, tag }: UploadedPart): CompletedPart {
  const [etag = '', checksum] = tag.split(' ');
  return { PartNumber: partNumber, ETag: etag, ...(checksum !== undefined && { ChecksumCRC32: checksum }) };
}

/** What a new object is and how it is kept, from the settings. */
export function objectInput(object: NewObject, config: S3Config): ObjectInput {
  const { bucket, storageClass, encryption, kmsKeyId, kmsBucketKey } = config;
  return {
    Bucket: bucket,
    Key: object.key,
    ContentType: object.contentType,
    Metadata: object.metadata,
    ...(storageClass !== undefined && { StorageClass: storageClass }),
    ...(encryption === 'sse-s3' && { ServerSideEncryption: 'AES256' as const }),
    ...(encryption === 'sse-kms' && {
      ServerSideEncryption: 'aws:kms' as const,
      BucketKeyEnabled: kmsBucketKey,
      ...(kmsKeyId !== undefined && { SSEKMSKeyId: kmsKeyId }),
    }),
  };
}
