import type { Schemas } from '../../../api-client/index.ts';

type Kind = Schemas['NotificationChannel']['kind'];

export const KIND_LABELS: Readonly<Record<Kind, string>> = {
  email: 'E-mail',
  slack: 'Slack',
  webhook: 'A signed request',
};
