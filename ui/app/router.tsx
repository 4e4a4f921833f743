import { createBrowserRouter, type RouteObject } from 'react-router';
import { eventRoutes } from '../pages/events/routes.tsx';
import { exportRoutes } from '../pages/exports/routes.tsx';
import { OverviewPage } from '../pages/overview/overview-page.tsx';
import { settingsRoutes } from '../pages/settings/routes.tsx';
import { webhookRoutes } from '../pages/webhooks/routes.tsx';
import { ForgotPasswordPage } from '../session/forgot-password-page.tsx';
import { LoginPage } from '../session/login-page.tsx';
import { ResetPasswordPage } from '../session/reset-password-page.tsx';
import { WelcomePage } from '../session/welcome-page.tsx';
import { CrashPage, NotFoundPage } from './error-pages.tsx';
import { Shell } from './shell.tsx';

const inside: RouteObject[] = [
  { index: true, element: <OverviewPage /> },
  ...webhookRoutes,
  ...exportRoutes,
  ...eventRoutes,
  ...settingsRoutes,
  { path: '*', element: <NotFoundPage /> },
];

/** Every page has an address of its own below /console/. */
export function createRouter(): ReturnType<typeof createBrowserRouter> {
  return createBrowserRouter(
    [
      { path: 'login', element: <LoginPage /> },
      { path: 'welcome', element: <WelcomePage /> },
      { path: 'forgot-password', element: <ForgotPasswordPage /> },
      { path: 'reset-password', element: <ResetPasswordPage /> },
      {
        path: '/',
        element: <Shell />,
        errorElement: <CrashPage />,
        children: [{ errorElement: <CrashPage />, children: inside }],
      },
    ],
    { basename: '/console' },
  );
}
