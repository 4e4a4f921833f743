import { isDelivery } from '../../core/delivery-headers.ts';
import type { ApiScope } from '../deps.ts';
import { forbidden, isReading } from './permissions.ts';

/**
 * A webhook may have the API as its endpoint, with a key among its headers. Messages, tests, replays, hooks and whatever else a
 * request changes may make something be sent, to that webhook again too: none of it is for deliveries.
 */
export function refuseDeliveries(scope: ApiScope): void {
  scope.addHook('onRequest', async ({ method, headers }) => {
    if (!isReading(method) && isDelivery(headers)) {
      throw forbidden('delivery_loop', {
        message:
          'the request is a delivery of a webhook of Sluice, which may change nothing here: it could go on for ever',
        remedy: 'Give the webhook another URL; a program that passes its requests on has to leave out sluice-attempt.',
      });
    }
  });
}
