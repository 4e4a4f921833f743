import type Snowflake from 'snowflake-sdk';
import { lazySdk } from '../lazy-sdk.ts';

export const loadSdk = lazySdk<typeof Snowflake>('snowflake-sdk', {
  // While it loads, the SDK asks the metadata services of three clouds, and AWS with whatever keys it finds, where it runs.
  before: () => {
    // eslint-disable-next-line no-restricted-properties -- read by the SDK; there is no other way to tell it
    process.env['SNOWFLAKE_DISABLE_PLATFORM_DETECTION'] = 'true';
  },
  // It would write a log file with statements into the working directory.
  after: (sdk) => {
    sdk.configure({ logLevel: 'OFF', additionalLogToConsole: false });
  },
});
