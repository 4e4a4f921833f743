import {
  IconDatabaseExport,
  IconLayoutDashboard,
  IconListSearch,
  IconSettings,
  IconWebhook,
  type Icon,
} from '@tabler/icons-react';

export interface Section {
  to: string;
  label: string;
  icon: Icon;
}

export const SECTIONS: readonly Section[] = [
  { to: '/', label: 'Overview', icon: IconLayoutDashboard },
  { to: '/exports', label: 'Batch exports', icon: IconDatabaseExport },
  { to: '/webhooks', label: 'Webhooks', icon: IconWebhook },
  { to: '/events', label: 'Events', icon: IconListSearch },
  { to: '/settings', label: 'Settings', icon: IconSettings },
];

export function isCurrent(to: string, pathname: string): boolean {
  return to === '/' ? pathname === '/' : pathname === to || pathname.startsWith(`${to}/`);
}
