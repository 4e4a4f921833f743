import type { Job, Table } from '@google-cloud/bigquery';

interface LoadMetadata {
  jobId?: string;
  sourceFormat?: string;
  schema?: { fields: { name: string; type: string; mode?: string }[] };
  createDisposition?: string;
  writeDisposition?: string;
}

/** Sends bytes as a load job and answers the job as soon as BigQuery has accepted it. */
export function upload(table: Table, content: Buffer, metadata: LoadMetadata = {}): Promise<Job> {
  return new Promise((resolve, reject) => {
    const stream = table.createWriteStream({ sourceFormat: 'PARQUET', ...metadata });
    stream.on('job', resolve);
    stream.on('error', reject);
    stream.end(content);
  });
}

interface JobEnd {
  status: { state: string; errorResult?: { reason: string; message: string } };
  statistics: { load?: { outputRows?: string } };
}

/** The state that jobs.get answers; throws while the job runs, to be repeated with `eventually`. */
export async function endOf(job: Job): Promise<{ reason?: string; message?: string; outputRows?: string }> {
  const [{ status, statistics }] = (await job.getMetadata()) as unknown as [JobEnd];
  if (status.state !== 'DONE') {
    throw new Error(`job is ${status.state}`);
  }
  return { ...status.errorResult, ...statistics.load };
}
