import { DefaultLogger, type Logger as TemporalLogger } from '@temporalio/worker';
import type { Logger } from './logger.ts';

/** Sends what the Temporal SDK logs through our logger, from INFO up. */
export function temporalLogger(logger: Logger): TemporalLogger {
  return new DefaultLogger('INFO', ({ level, message, meta }) => {
    const fields = { ...meta };
    switch (level) {
      case 'ERROR':
        logger.error(fields, message);
        break;
      case 'WARN':
        logger.warn(fields, message);
        break;
      default:
        logger.info(fields, message);
    }
  });
}
