import type { ReactNode } from 'react';
import type { RouteObject } from 'react-router';
import { EditorsOnly } from '../../session/editors-only.tsx';
import { BackfillPage } from './backfill-page.tsx';
import { CreatePage } from './create/create-page.tsx';
import { NewDestinationOfKindPage, NewDestinationPage } from './create/new-destination-page.tsx';
import { NewExportPage } from './create/new-export-page.tsx';
import { DestinationPage } from './destination-page.tsx';
import { DestinationsPage } from './destinations-page.tsx';
import { EditPage } from './edit-page.tsx';
import { ABOVE_EXPORTS, ExportPage } from './export-page.tsx';
import { ExportsPage } from './exports-page.tsx';
import { OncePage } from './once-page.tsx';
import { RunPage } from './run-page.tsx';

/** Pages of the section. */
export const exportRoutes: RouteObject[] = [
  { path: 'exports', element: <ExportsPage /> },
  { path: 'exports/new', element: forEditors('New export', <NewExportPage />) },
  { path: 'exports/new/:kind', element: forEditors('New export', <CreatePage />) },
  { path: 'exports/once', element: <OncePage /> },
  { path: 'exports/destinations', element: <DestinationsPage /> },
  { path: 'exports/destinations/new', element: forEditors('New destination', <NewDestinationPage />) },
  { path: 'exports/destinations/new/:kind', element: forEditors('New destination', <NewDestinationOfKindPage />) },
  { path: 'exports/destinations/:id', element: <DestinationPage /> },
  { path: 'exports/:id/edit', element: forEditors('Change an export', <EditPage />) },
  { path: 'exports/:id/runs/:runId', element: <RunPage /> },
  { path: 'exports/:id/backfills/:backfillId', element: <BackfillPage /> },
  { path: 'exports/:id', element: <ExportPage /> },
  { path: 'exports/:id/:tab', element: <ExportPage /> },
];

function forEditors(title: string, page: ReactNode): ReactNode {
  return (
    <EditorsOnly title={title} above={ABOVE_EXPORTS}>
      {page}
    </EditorsOnly>
  );
}
