import { Navigate, type RouteObject } from 'react-router';
import { SettingsPage } from './settings-page.tsx';

/** Pages of the section. */
export const settingsRoutes: RouteObject[] = [
  { path: 'settings', element: <Navigate to="/settings/members" replace /> },
  { path: 'settings/:tab', element: <SettingsPage /> },
];
