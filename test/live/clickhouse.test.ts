import { afterAll, describe } from '@jest/globals';
import { createClickHouse } from '../../clickhouse/client.ts';
import { type ClickHousePlace, clickhousePlace, clickhouseWrongConfigs } from '../conformance/clickhouse-place.ts';
import { describeTableDestination } from '../conformance/table-suite.ts';
import { accountOf, textOf } from './accounts.ts';

const account = accountOf('clickhouse');
const access = {
  url: textOf(account, 'url'),
  username: textOf(account, 'username'),
  password: textOf(account, 'password'),
};
const ch = createClickHouse({ ...access, database: 'default' });
const databases: string[] = [];

afterAll(async () => {
  for (const database of databases) {
    await ch.command({ sql: `DROP DATABASE ${database}` });
  }
  await ch.close();
});

async function place(): Promise<ClickHousePlace> {
  const made = await clickhousePlace(ch, access);
  databases.push(made.database);
  return made;
}

describe('clickhouse', () => {
  describeTableDestination({
    kind: 'clickhouse',
    place,
    childModule: new URL('../conformance/clickhouse-under-test.ts', import.meta.url),
    everyColumnHasDefault: true,
    wrongConfigs: async () => clickhouseWrongConfigs(ch, await place()),
  });
});
