import { afterAll, beforeAll } from '@jest/globals';
import {
  type BigQueryAccess,
  type BigQueryPlace,
  bigQueryPlace,
  liveAccess,
  wrongConfigs,
} from '../conformance/bigquery-place.ts';
import { describeTableDestination } from '../conformance/table-suite.ts';
import { accountOf, textOf } from './accounts.ts';

const account = accountOf('bigquery');
const places: BigQueryPlace[] = [];
let access: BigQueryAccess;

beforeAll(async () => {
  access = await liveAccess(textOf(account, 'keyFile'));
});

afterAll(async () => {
  for (const { dataset } of places) {
    await dataset.delete({ force: true });
  }
});

describeTableDestination({
  kind: 'bigquery',
  place: async () => {
    const place = await bigQueryPlace(access);
    places.push(place);
    return place;
  },
  wrongConfigs: () => Promise.resolve(wrongConfigs(access)),
  childModule: new URL('../conformance/bigquery-child.ts', import.meta.url),
});
