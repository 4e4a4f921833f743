/** What commands of operators print for people. */

export function setupText(
  summary: {
    postgresMigrations: readonly string[];
    clickhouseMigrations: readonly string[];
    retentionChanged: readonly string[];
    searchAttributesAdded: readonly string[];
    warnings: readonly string[];
  },
  access: { captureToken: string; apiKey: string } | undefined,
): string {
  return [
    `Postgres migrations: ${summary.postgresMigrations.join(', ') || 'none to apply'}`,
    `ClickHouse migrations: ${summary.clickhouseMigrations.join(', ') || 'none to apply'}`,
    ...summary.retentionChanged.map((table) => `Rows of ${table} are kept for another time now`),
    `Search attributes: ${summary.searchAttributesAdded.join(', ') || 'all there'}`,
    ...summary.warnings.map((warning) => `Warning: ${warning}`),
    ...(access === undefined
      ? []
      : [`Capture token: ${access.captureToken}`, `API key (shown once): ${access.apiKey}`]),
  ].join('\n');
}

export function rotationText(tables: readonly { table: string; resealed: number; unreadable: number }[]): string {
  const rows = tables.map(
    ({ table, resealed, unreadable }) =>
      `${table}: ${String(resealed)} sealed anew${unreadable > 0 ? `, ${String(unreadable)} that no key opens` : ''}`,
  );
  return rows.join('\n');
}
