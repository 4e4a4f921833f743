import { afterAll, beforeAll } from '@jest/globals';
import { startBigQuery, type BigQueryServer } from '../emulators/bigquery/start.ts';
import { bigQueryPlace, emulatorAccess, liveAccess, wrongConfigs, type BigQueryAccess } from './bigquery-place.ts';
import { describeTableDestination } from './table-suite.ts';

/*
 * On the emulator; with TEST_BIGQUERY_KEY_FILE on Google's BigQuery, in the project of that service account's key. Give
 * each test more time then: --testTimeout=600000.
 */
let server: BigQueryServer | undefined;
let access: BigQueryAccess;

beforeAll(async () => {
  const keyFile = process.env['TEST_BIGQUERY_KEY_FILE'];
  if (keyFile === undefined) {
    server = await startBigQuery();
    access = emulatorAccess(server);
  } else {
    access = await liveAccess(keyFile);
  }
}, 300_000);

afterAll(() => server?.stop());

describeTableDestination({
  kind: 'bigquery',
  place: () => bigQueryPlace(access),
  wrongConfigs: () => Promise.resolve(wrongConfigs(access)),
  childModule: new URL('./bigquery-child.ts', import.meta.url),
});
