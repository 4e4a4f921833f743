import { afterAll, beforeAll, jest } from '@jest/globals';
import { startBigQuery, type BigQueryServer } from '../emulators/bigquery/start.ts';
import { bigQueryPlace, emulatorAccess, wrongConfigs, type BigQueryAccess } from './bigquery-place.ts';
import { describeTableDestination } from './table-suite.ts';

/** The emulator takes seconds for a merge on a busy machine. */
jest.setTimeout(180_000);

let server: BigQueryServer;
let access: BigQueryAccess;

beforeAll(async () => {
  server = await startBigQuery();
  access = emulatorAccess(server);
}, 300_000);

afterAll(() => server.stop());

describeTableDestination({
  kind: 'bigquery',
  place: () => bigQueryPlace(access),
  wrongConfigs: () => Promise.resolve(wrongConfigs(access)),
  childModule: new URL('./bigquery-child.ts', import.meta.url),
  // It has no BIGNUMERIC.
  emulatedVerdicts: { d38: 'widened' },
});
