import { answer, type ApiClient, type BodyOf } from '../api.ts';
import type { Section, Settings } from './manifest.ts';

/** What is asked of the API to change one section of a file. The settings are the file's: the API says what is wrong with them. */
export interface SectionRequests {
  /** Repeated with the same key it makes nothing twice. */
  create(settings: Settings, key: string): Promise<{ id: string }>;
  /** Refused when it is not at that version any more: what somebody else has changed is not overwritten. */
  change(of: { id: string; version: number }, settings: Settings): Promise<unknown>;
  remove(id: string): Promise<unknown>;
  /** Absent: it runs nothing that could be paused. */
  pause?(id: string): Promise<unknown>;
  resume?(id: string): Promise<unknown>;
}

export function sectionRequests(api: ApiClient): Readonly<Record<Section, SectionRequests>> {
  return { destinations: ofDestinations(api), exports: ofExports(api), webhooks: ofWebhooks(api) };
}

interface Changing {
  params: { path: { id: string }; header: { 'If-Match': string } };
}
interface Creating {
  params: { header: { 'Idempotency-Key': string } };
}

const changing = ({ id, version }: { id: string; version: number }): Changing => ({
  params: { path: { id }, header: { 'If-Match': `"${String(version)}"` } },
});
const creating = (key: string): Creating => ({ params: { header: { 'Idempotency-Key': key } } });

function ofDestinations(api: ApiClient): SectionRequests {
  return {
    create: (settings, key) =>
      answer(api.POST('/api/v1/destinations', { ...creating(key), body: settings as BodyOf<'postDestinations'> })),
    change: (of, settings) =>
      api.PATCH('/api/v1/destinations/{id}', {
        ...changing(of),
        body: settings,
      }),
    remove: (id) => api.DELETE('/api/v1/destinations/{id}', { params: { path: { id } } }),
  };
}

function ofExports(api: ApiClient): SectionRequests {
  return {
    create: (settings, key) =>
      answer(api.POST('/api/v1/exports', { ...creating(key), body: settings as BodyOf<'postExports'> })),
    change: (of, settings) => api.PATCH('/api/v1/exports/{id}', { ...changing(of), body: settings }),
    remove: (id) => api.DELETE('/api/v1/exports/{id}', { params: { path: { id } } }),
    pause: (id) => api.POST('/api/v1/exports/{id}/pause', { params: { path: { id } } }),
    resume: (id) => api.POST('/api/v1/exports/{id}/resume', { params: { path: { id } } }),
  };
}

function ofWebhooks(api: ApiClient): SectionRequests {
  return {
    create: (settings, key) =>
      answer(api.POST('/api/v1/webhooks', { ...creating(key), body: settings as BodyOf<'postWebhooks'> })),
    change: (of, settings) => api.PATCH('/api/v1/webhooks/{id}', { ...changing(of), body: settings }),
    remove: (id) => api.DELETE('/api/v1/webhooks/{id}', { params: { path: { id } } }),
    pause: (id) => api.POST('/api/v1/webhooks/{id}/pause', { params: { path: { id } } }),
    resume: (id) => api.POST('/api/v1/webhooks/{id}/resume', { params: { path: { id } } }),
  };
}
