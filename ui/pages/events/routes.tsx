import type { RouteObject } from 'react-router';
import { EventPage } from './event-page.tsx';
import { EventsPage } from './events-page.tsx';

/** Pages of the section. */
export const eventRoutes: RouteObject[] = [
  { path: 'events', element: <EventsPage /> },
  { path: 'events/:uuid', element: <EventPage /> },
];
