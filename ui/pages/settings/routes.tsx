import { Navigate, type RouteObject } from 'react-router';
import { ErasurePage } from './erasure-page.tsx';
import { SettingsPage } from './settings-page.tsx';

/** Pages of the section. */
export const settingsRoutes: RouteObject[] = [
  { path: 'settings', element: <Navigate to="/settings/members" replace /> },
  { path: 'settings/:tab', element: <SettingsPage /> },
  { path: 'settings/erasures/:id', element: <ErasurePage /> },
];
