/** `npm run console [address of a running server]`: the console from its sources, which shows a change at once. */
import { createServer } from 'vite';
import { consoleConfig } from './ui-build.ts';

const target = process.argv[2] ?? 'http://127.0.0.1:8080';
const server = await createServer({
  ...consoleConfig,
  server: { host: '127.0.0.1', proxy: { '/api': target, '/console/config.json': target } },
});
await server.listen();
server.printUrls();
