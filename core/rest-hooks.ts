/** The body of a hook's requests, and of its samples: flat, with an `id`, as automation tools expect. */
export const HOOK_PAYLOAD = {
  contentType: 'application/json',
  template: {
    id: '{{ event.uuid }}',
    event: '{{ event.name }}',
    timestamp: '{{ event.timestamp }}',
    distinct_id: '{{ event.distinct_id }}',
    properties: '{{ event.properties }}',
    person: '{{ person }}',
  },
};

export interface HookGreetingRequest {
  teamId: number;
  url: string;
}

/** What became of the handshake. */
export interface HookGreeting {
  confirmed: boolean;
  /** Why not. */
  reason: string;
}

export interface HookSampleRequest {
  teamId: number;
  event: string;
  limit: number;
}
