import { createRequire } from 'node:module';
import type Snowflake from 'snowflake-sdk';

let loaded: typeof Snowflake | undefined;

/**
 * The vendor's SDK, loaded when it is needed first: it takes 50 MB and up to two seconds, which a process without a
 * Snowflake destination should not pay.
 */
export function loadSdk(): typeof Snowflake {
  loaded ??= load();
  return loaded;
}

function load(): typeof Snowflake {
  // While it loads, the SDK asks the metadata services of three clouds, and AWS with whatever keys it finds, where it runs.
  // eslint-disable-next-line no-restricted-properties -- read by the SDK; there is no other way to tell it
  process.env['SNOWFLAKE_DISABLE_PLATFORM_DETECTION'] = 'true';
  const sdk = createRequire(import.meta.url)('snowflake-sdk') as typeof Snowflake;
  // It would write a log file with statements into the working directory.
  sdk.configure({ logLevel: 'OFF', additionalLogToConsole: false });
  return sdk;
}
