import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** What the console is told of its surroundings. */
export interface ConsoleOptions {
  /** Where people open Temporal's own UI; absent: workflows are named, not linked. */
  uiUrl?: string;
  /** Temporal's namespace. */
  namespace: string;
}

/** The build of `ui/`: beside the compiled server, or where `npm run build` puts it when the sources run. */
const FOLDER = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../dist/ui' : '../ui', import.meta.url));

/**
 * Only what is our own is loaded, and nobody may frame it. Mantine writes its variables into style elements, which
 * need 'unsafe-inline' for styles; there is none for scripts.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** The web console at `/console/`. Where it was never built, its address says how that is done. */
export function registerConsole(app: FastifyInstance, { uiUrl, namespace }: ConsoleOptions): void {
  const config = { temporal: { ui_url: uiUrl ?? null, namespace } };
  app.get('/', async (_, reply) => reply.redirect('/console/'));
  app.get('/console', async (_, reply) => reply.redirect('/console/'));
  app.get('/console/config.json', async (_, reply) => reply.header('cache-control', 'no-cache').send(config));
  if (existsSync(FOLDER)) {
    servePages(app);
  } else {
    app.get('/console/*', async (_, reply) =>
      reply.code(404).type('text/plain').send('The console is not built: run npm run build.\n'),
    );
  }
}

function servePages(app: FastifyInstance): void {
  const pages = async (scope: FastifyInstance): Promise<void> => {
    scope.addHook('onSend', async (_, reply) => {
      secure(reply);
    });
    await scope.register(fastifyStatic, {
      root: FOLDER,
      prefix: '/',
      cacheControl: false,
      setHeaders: (response, path) => {
        // Vite puts a hash of its content into the name of each of them.
        const immutable = path.includes('/assets/');
        response.setHeader('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
    // A page's address exists in the browser only.
    scope.setNotFoundHandler((request, reply) =>
      /\.\w+$/.test(request.url.split('?')[0] ?? '') ? reply.code(404).send() : reply.sendFile('index.html'),
    );
  };
  void app.register(pages, { prefix: '/console' });
}

function secure(reply: FastifyReply): void {
  void reply
    .header('content-security-policy', POLICY)
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'same-origin')
    .header('cross-origin-opener-policy', 'same-origin');
}
