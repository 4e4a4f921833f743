import { afterAll, beforeAll, jest } from '@jest/globals';
import type { SnowflakeEmulator } from '../emulators/snowflake/index.ts';
import { snowflakePlace, startSnowflake, wrongConfigs } from './snowflake-place.ts';
import { describeTableDestination } from './table-suite.ts';

jest.setTimeout(120_000);

let emulator: SnowflakeEmulator;

beforeAll(async () => {
  // A killed worker's transaction lets go of its lock after five minutes at Snowflake. Far longer than a living one is
  // silent between two statements while others wait for it.
  emulator = await startSnowflake({ idleTransactionAbortMs: 4_000 });
});

afterAll(async () => {
  await emulator.stop();
});

describeTableDestination({
  kind: 'snowflake',
  place: () => snowflakePlace(emulator),
  wrongConfigs: () => wrongConfigs(emulator),
  childModule: new URL('./snowflake-under-test.ts', import.meta.url),
});
