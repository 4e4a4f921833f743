import {
  IconBell,
  IconBolt,
  IconBrandDiscord,
  IconBrandSlack,
  IconBrandTeams,
  IconChartDots,
  IconMail,
  IconWebhook,
  type Icon,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';

const ICONS: Readonly<Record<string, Icon>> = {
  slack: IconBrandSlack,
  discord: IconBrandDiscord,
  teams: IconBrandTeams,
  zapier: IconBolt,
  make: IconBolt,
  n8n: IconBolt,
  pagerduty: IconBell,
  segment: IconChartDots,
  mixpanel: IconChartDots,
  amplitude: IconChartDots,
  hubspot: IconMail,
  braze: IconMail,
  'customer-io': IconMail,
};

/** The sign of a kind; of those without one, a webhook's. */
export function KindIcon({ kind }: { kind: string }): ReactNode {
  const Sign = ICONS[kind] ?? IconWebhook;
  return <Sign size={20} stroke={1.6} aria-hidden />;
}
