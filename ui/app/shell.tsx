import { AppShell, Burger, Group, NavLink, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { Link, Navigate, Outlet, ScrollRestoration, useLocation } from 'react-router';
import { useSession } from '../session/session.tsx';
import { AccountMenu } from './account-menu.tsx';
import { ColorSchemeSwitch } from './color-scheme-switch.tsx';
import { isCurrent, SECTIONS } from './navigation.ts';
import { TeamSelect } from './team-select.tsx';
import { useArrival } from './use-arrival.ts';

/** The frame of every page. Whoever is not signed in is sent to the login, and back from there. */
export function Shell(): ReactNode {
  const session = useSession();
  const { pathname, search } = useLocation();
  const [opened, { toggle, close }] = useDisclosure();
  const content = useArrival();
  if (session === undefined) {
    return <Navigate to={`/login?next=${encodeURIComponent(pathname + search)}`} replace />;
  }
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'md', md: 'xl' }}
    >
      <a href="#main" className="skip-link">
        Skip to the content
      </a>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" />
            <Brand />
          </Group>
          <Group gap="xs" wrap="nowrap">
            <TeamSelect />
            <ColorSchemeSwitch />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Sections">
        {SECTIONS.map(({ to, label, icon: Icon }) => (
          <NavLink
            key={to}
            component={Link}
            to={to}
            label={label}
            active={isCurrent(to, pathname)}
            aria-current={isCurrent(to, pathname) ? 'page' : undefined}
            leftSection={<Icon size={18} stroke={1.6} />}
            onClick={close}
            variant="light"
          />
        ))}
      </AppShell.Navbar>
      <AppShell.Main id="main" ref={content} tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
      <ScrollRestoration />
    </AppShell>
  );
}

function Brand(): ReactNode {
  return (
    <Link to="/" style={{ textDecoration: 'none', color: 'inherit' }} aria-label="Sluice, overview">
      <Group gap={8} wrap="nowrap">
        <img src={`${import.meta.env.BASE_URL}favicon.svg`} width={24} height={24} alt="" />
        <Text fw={700} size="lg">
          Sluice
        </Text>
      </Group>
    </Link>
  );
}
