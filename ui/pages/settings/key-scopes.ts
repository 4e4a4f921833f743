import type { Schemas } from '../../../api-client/index.ts';

export type Scope = Schemas['ApiKey']['scopes'][number];

export const SCOPES: readonly { value: Scope; label: string }[] = [
  { value: 'read', label: 'read' },
  { value: 'write', label: 'write (and read)' },
  { value: 'hooks', label: 'hooks: subscriptions only' },
  { value: 'admin', label: 'admin: members, keys, secrets' },
];
