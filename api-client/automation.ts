import { answer, type ApiClient, type Schemas } from './index.ts';

export type Message = Schemas['Message'];
export type MessageDetails = Schemas['MessageDetails'];

const LOOK_EVERY_MS = 500;
const SETTLED: readonly Message['state'][] = ['delivered', 'given_up', 'expired'];

export interface NewMessage {
  type: string;
  /** Any JSON. */
  payload: unknown;
  /** The same key again sends nothing new. */
  key?: string;
  ttlSeconds?: number;
}

/** What other teams do with webhooks: make one, send it messages that are no events, and see what became of them. */
export interface Automation {
  /** One that gets messages only. The secret verifies its requests and is shown only here. */
  createDestination(destination: { name: string; url: string }): Promise<{ id: string; secret: string }>;
  /** Stored when this resolves. */
  send(destinationId: string, message: NewMessage): Promise<Message>;
  /** Resolves when the message is settled, or with how it stands after `timeoutMs` or once the signal aborts. */
  follow(message: Ref, options: { timeoutMs: number; signal?: AbortSignal }): Promise<MessageDetails>;
}

interface Ref {
  destinationId: string;
  id: string;
}

export function automation(client: ApiClient): Automation {
  const look = ({ destinationId, id }: Ref): Promise<MessageDetails> =>
    answer(
      client.GET('/api/v1/webhooks/{id}/messages/{message_id}', {
        params: { path: { id: destinationId, message_id: id } },
      }),
    );
  return {
    createDestination: async ({ name, url }) => {
      const { id, secret } = await answer(client.POST('/api/v1/webhooks', { body: { name, url, source: 'messages' } }));
      return { id, secret };
    },
    send: (destinationId, { type, payload, key, ttlSeconds }) =>
      answer(
        client.POST('/api/v1/webhooks/{id}/messages', {
          params: {
            path: { id: destinationId },
            ...(key === undefined ? {} : { header: { 'idempotency-key': key } }),
          },
          body: { event_type: type, payload, ...(ttlSeconds === undefined ? {} : { ttl_seconds: ttlSeconds }) },
        }),
      ),
    follow: async (ref, { timeoutMs, signal }) => {
      const untilMs = Date.now() + timeoutMs;
      for (;;) {
        const message = await look(ref);
        if (SETTLED.includes(message.state) || Date.now() >= untilMs || signal?.aborted === true) {
          return message;
        }
        await new Promise((resolve) => setTimeout(resolve, Math.min(LOOK_EVERY_MS, untilMs - Date.now())));
      }
    },
  };
}
