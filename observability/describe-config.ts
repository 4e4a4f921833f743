/** Of a configuration, what holds secrets. */
interface Describable {
  postgres: { url: string };
  clickhouse: { url: string; password?: string };
  temporal: { apiKey?: string };
  destinations: { downloads?: string };
  smtp?: { url: string } | undefined;
}

/** The effective configuration for a log line at start: secrets only as configured or not, URLs without credentials. */
export function describeConfig(config: Describable): Record<string, unknown> {
  const { password, ...clickhouse } = config.clickhouse;
  const { apiKey, ...temporal } = config.temporal;
  return {
    ...config,
    encryptionKey: { configured: true },
    postgres: { ...config.postgres, url: withoutCredentials(config.postgres.url) },
    clickhouse: {
      ...clickhouse,
      url: withoutCredentials(clickhouse.url),
      password: { configured: password !== undefined },
    },
    smtp: config.smtp && { ...config.smtp, url: withoutCredentials(config.smtp.url) },
    temporal: { ...temporal, apiKey: { configured: apiKey !== undefined } },
    destinations: { ...config.destinations, downloads: { configured: config.destinations.downloads !== undefined } },
  };
}

/** The query goes too: drivers take a password there. */
function withoutCredentials(text: string): string {
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname}`;
}
