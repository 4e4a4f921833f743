import { afterAll, beforeAll, describe, jest } from '@jest/globals';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { type AuthProxy, PASSWORD, startAuthProxy, USER } from '../emulators/clickhouse-auth/proxy.ts';
import { type ClickHousePlace, clickhousePlace, clickhouseWrongConfigs } from './clickhouse-place.ts';
import { describeTableDestination } from './table-suite.ts';

jest.setTimeout(90_000);

/** A second engine: the rows come from another one, which the suite starts. */
let server: TestClickHouse;
let proxy: AuthProxy;

beforeAll(async () => {
  server = await startTestClickHouse();
  proxy = await startAuthProxy(server.url);
}, 60_000);
afterAll(async () => {
  await proxy.stop();
  await server.stop();
});

function place(): Promise<ClickHousePlace> {
  return clickhousePlace(server.ch, { url: proxy.url, username: USER, password: PASSWORD });
}

describe('clickhouse', () => {
  describeTableDestination({
    kind: 'clickhouse',
    place,
    childModule: new URL('./clickhouse-under-test.ts', import.meta.url),
    everyColumnHasDefault: true,
    wrongConfigs: async () => clickhouseWrongConfigs(server.ch, await place()),
  });
});
