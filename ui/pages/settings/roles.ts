import type { Schemas } from '../../../api-client/index.ts';

export type Role = Schemas['Member']['role'];

export const ROLES: readonly { value: Role; label: string; withArticle: string; can: string }[] = [
  {
    value: 'viewer',
    label: 'Viewer',
    withArticle: 'a viewer',
    can: 'Sees webhooks, exports and events; changes nothing.',
  },
  {
    value: 'editor',
    label: 'Editor',
    withArticle: 'an editor',
    can: 'Sees and changes webhooks, exports and destinations.',
  },
  {
    value: 'owner',
    label: 'Owner',
    withArticle: 'an owner',
    can: 'May do everything, also with members, keys, secrets and erasures.',
  },
];
