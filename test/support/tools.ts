import { installBigQueryEmulator } from '../../dev/bigquery/install.ts';
import { findFakeGcsServer } from '../../dev/fake-gcs-server.ts';
import { findVersitygw } from '../../dev/s3.ts';
import { findTemporal } from '../../dev/temporal.ts';
import { findToxiproxy } from '../../dev/toxiproxy.ts';

const TOOLS = [findTemporal, findVersitygw, findToxiproxy, findFakeGcsServer, installBigQueryEmulator];

/**
 * What takes minutes to build or to download on a machine whose cache is empty, one after another: a test that did it would run into its
 * time limit, and several at once would do it several times. Never rejects: what is missing fails the tests that need it.
 */
export async function installTools(onProgress: (line: string) => void): Promise<void> {
  for (const install of TOOLS) {
    try {
      await install(onProgress);
    } catch (error) {
      onProgress(String(error));
    }
  }
}
