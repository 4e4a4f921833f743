import { Group, Paper, SimpleGrid, Stack, Text, ThemeIcon } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { SearchInput } from './search-input.tsx';

export interface CatalogueItem {
  id: string;
  title: string;
  summary: string;
  icon: ReactNode;
  to: string;
}

/** What there is to choose from, as cards; searched as one types. */
export function Catalogue({ label, items }: { label: string; items: readonly CatalogueItem[] }): ReactNode {
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const shown = items.filter(({ title, summary }) => `${title} ${summary}`.toLowerCase().includes(wanted));
  return (
    <Stack>
      {items.length > 6 && (
        <SearchInput label={`Search ${label}`} placeholder="Search" value={search} onChange={setSearch} />
      )}
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} aria-label={label}>
        {shown.map((item) => (
          <Card key={item.id} {...item} />
        ))}
      </SimpleGrid>
      {shown.length === 0 && <Text c="dimmed">Nothing is called “{search}”.</Text>}
    </Stack>
  );
}

function Card({ title, summary, icon, to }: CatalogueItem): ReactNode {
  return (
    <Paper component={Link} to={to} withBorder p="md" className="catalogue-card" c="inherit" td="none">
      <Group wrap="nowrap" align="flex-start">
        <ThemeIcon variant="default" size="xl">
          {icon}
        </ThemeIcon>
        <div>
          <Text fw={600}>{title}</Text>
          <Text size="sm" c="dimmed" lineClamp={3}>
            {summary}
          </Text>
        </div>
      </Group>
    </Paper>
  );
}
