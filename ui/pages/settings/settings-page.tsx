import { Tabs } from '@mantine/core';
import type { ReactNode } from 'react';
import { useNavigate, useParams } from 'react-router';
import { NotFoundPage } from '../../app/error-pages.tsx';
import { Page, SAME_PAGE } from '../../parts/page.tsx';
import { useCan } from '../../session/session.tsx';
import { AuditTab } from './audit-tab.tsx';
import { ErasuresTab } from './erasures-tab.tsx';
import { KeysTab } from './keys-tab.tsx';
import { MembersTab } from './members-tab.tsx';
import { NotificationsTab } from './notifications-tab.tsx';
import { OwnersOnly } from './owners-only.tsx';
import { UsageTab } from './usage-tab.tsx';

interface Tab {
  label: string;
  content: ReactNode;
  /** For owners: what it shows is theirs to see. */
  ownersOnly?: boolean;
}

const TABS: Readonly<Record<string, Tab>> = {
  members: { label: 'Members', content: <MembersTab /> },
  keys: { label: 'API keys', content: <KeysTab />, ownersOnly: true },
  usage: { label: 'Usage', content: <UsageTab /> },
  notifications: { label: 'Notifications', content: <NotificationsTab /> },
  audit: { label: 'Audit log', content: <AuditTab />, ownersOnly: true },
  erasures: { label: 'Erasures', content: <ErasuresTab />, ownersOnly: true },
};

export function SettingsPage(): ReactNode {
  const { tab = '' } = useParams();
  const navigate = useNavigate();
  const isOwner = useCan('admin');
  const shown = TABS[tab];
  if (shown === undefined) {
    return <NotFoundPage />;
  }
  return (
    <Page title="Settings" part={shown.label} subtitle="Of the team.">
      <Tabs value={tab} onChange={(value) => void navigate(`/settings/${value ?? ''}`, SAME_PAGE)} keepMounted={false}>
        <Tabs.List>
          {Object.entries(TABS).map(([name, { label }]) => (
            <Tabs.Tab key={name} value={name}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab} pt="md">
          {shown.ownersOnly === true && !isOwner ? <OwnersOnly /> : shown.content}
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
