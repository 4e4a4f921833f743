import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { build, type InlineConfig } from 'vite';

const UI = fileURLToPath(new URL('../ui', import.meta.url));
/** Where api/console.ts looks for it. */
export const CONSOLE_FOLDER = fileURLToPath(new URL('../dist/ui', import.meta.url));

/** How vite builds the console, and serves it while it is worked on. */
export const consoleConfig: InlineConfig = {
  configFile: false,
  root: UI,
  base: '/console/',
  plugins: [react()],
  logLevel: 'warn',
  build: {
    outDir: CONSOLE_FOLDER,
    emptyOutDir: true,
    // The first ones with CSS light-dark(), all of 2024 or before.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    chunkSizeWarningLimit: 2_000,
    assetsInlineLimit: 0,
  },
};

export async function buildConsole(): Promise<void> {
  await build(consoleConfig);
}
