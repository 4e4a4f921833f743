import { afterAll, beforeAll } from '@jest/globals';
import { startBigQuery, type BigQueryServer } from '../emulators/bigquery/start.ts';
import { bigQueryPlace, wrongConfigs } from './bigquery-place.ts';
import { describeTableDestination } from './table-suite.ts';

let server: BigQueryServer;

beforeAll(async () => {
  server = await startBigQuery();
}, 300_000);

afterAll(() => server.stop());

describeTableDestination({
  kind: 'bigquery',
  place: () => bigQueryPlace(server),
  wrongConfigs: () => Promise.resolve(wrongConfigs(server)),
  childModule: new URL('./bigquery-child.ts', import.meta.url),
});
