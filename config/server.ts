import { z } from 'zod';
import { info } from './info.ts';
import { cidrs, integer, PORT, url } from './values.ts';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const HTTP = 'Server: REST API and capture';
const ACCESS = 'Sign-in';

/** The server: REST API, console and sign-in. */
export const serverFields = {
  SLUICE_HOST: z.string().default('127.0.0.1').meta(info(HTTP, 'Address the server listens on.')),
  SLUICE_PORT: integer(PORT).default(8_080).meta(info(HTTP, 'Port of API and capture; 0 takes a free one.')),
  SLUICE_PUBLIC_URL: url(['http:', 'https:'])
    .optional()
    .meta(
      info(
        HTTP,
        'Address under which people reach the server, where a proxy is in front of it: for links and cookies; unset: as each request says. Workers need it for the links of notifications; unset: those have none.',
        'https://sluice.example.com',
      ),
    ),
  SLUICE_TRUSTED_PROXIES: cidrs
    .default([])
    .meta(info(HTTP, 'Networks of proxies whose X-Forwarded-For and -Proto are believed; unset: nobody is.')),
  SLUICE_API_REQUESTS_PER_MINUTE: integer({ min: 0, max: 1_000_000 })
    .default(3_000)
    .meta(info(HTTP, 'Requests to the API that a key or a user may make to one server process; 0: any number.')),
  SLUICE_METRICS_HOST: z
    .string()
    .default('127.0.0.1')
    .meta(info(HTTP, 'Address on which server and worker show Prometheus metrics.')),
  SLUICE_METRICS_PORT: integer(PORT)
    .optional()
    .meta(info(HTTP, 'Port of the metrics, one per process; 0 takes a free one, unset: no metrics.', '9464')),
  SLUICE_LOG_LEVEL: z
    .enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`)
    .default('info')
    .meta(info(HTTP, `One of ${LOG_LEVELS.join(', ')}.`)),
  SLUICE_OIDC_ISSUER: url(['http:', 'https:'])
    .optional()
    .meta(info(ACCESS, 'OpenID provider that people sign in with; unset: passwords only.', 'https://id.example.com')),
  SLUICE_OIDC_CLIENT_ID: z
    .string()
    .optional()
    .meta(info(ACCESS, 'Client that the provider knows Sluice as.', 'sluice')),
  SLUICE_OIDC_CLIENT_SECRET: z
    .string()
    .optional()
    .meta(info(ACCESS, 'Secret of this client.', 'secret')),
  SLUICE_OIDC_NAME: z.string().default('single sign-on').meta(info(ACCESS, 'What the console calls the provider.')),
};
