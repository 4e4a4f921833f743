import { automation, type MessageDetails } from '../automation.ts';
import { createApiClient } from '../index.ts';

/** Makes a destination, sends it a message and waits until it has it. */
export async function tellBilling(access: { url: string; key: string; target: string }): Promise<MessageDetails> {
  const sluice = automation(createApiClient({ url: access.url, auth: { key: access.key } }));
  const { id: destinationId } = await sluice.createDestination({ name: 'billing', url: access.target });
  const message = await sluice.send(destinationId, {
    type: 'invoice.paid',
    payload: { invoice: 42, amount: '12.00' },
    key: 'invoice-42',
  });
  return sluice.follow({ destinationId, id: message.id }, { timeoutMs: 30_000 });
}
