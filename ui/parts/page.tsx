import { Anchor, Breadcrumbs, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

/** For tabs, whose addresses are pages of their own: the window stays where it is. */
export const SAME_PAGE = { preventScrollReset: true } as const;

export interface PageProps {
  title: string;
  /** Which part of it is shown: for the title of the window, so that tabs and bookmarks can be told apart. */
  part?: string;
  /** One line under the title. */
  subtitle?: ReactNode;
  /** Beside the title: the state of what the page shows. */
  badge?: ReactNode;
  /** From the section down to the page above. */
  above?: readonly { to: string; label: string }[];
  /** Buttons. */
  actions?: ReactNode;
  children: ReactNode;
}

/** The frame of a page's content: its title is the document's too. */
export function Page({ title, part, subtitle, badge, above = [], actions, children }: PageProps): ReactNode {
  // Where there is little room buttons have a line of their own above it.
  const belowButtons = actions === undefined ? 0 : { base: 'xs', sm: 0 };
  useDocumentTitle([...(part === undefined ? [] : [part]), title, 'Sluice'].join(' · '));
  return (
    <Stack gap="lg" maw={1280} mx="auto">
      <Stack gap={4}>
        {above.length > 0 && (
          <Breadcrumbs separatorMargin={6} aria-label="Above">
            {above.map(({ to, label }) => (
              <Anchor key={to} component={Link} to={to} size="sm" className="tap">
                {label}
              </Anchor>
            ))}
          </Breadcrumbs>
        )}
        <Group justify="space-between" align="flex-start">
          <Group gap="sm" style={{ minWidth: 0 }}>
            <Title order={1} className="break-anywhere">
              {title}
            </Title>
            {badge}
          </Group>
          {actions !== undefined && <Group gap={6}>{actions}</Group>}
        </Group>
        {subtitle !== undefined && (
          <Text c="dimmed" size="sm" component="div" className="break-anywhere" mt={belowButtons}>
            {subtitle}
          </Text>
        )}
      </Stack>
      {children}
    </Stack>
  );
}
