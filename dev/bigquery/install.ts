import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPythonTool } from '../python-tool.ts';

/**
 * DuckDB looks for extensions below HOME and otherwise downloads them. The emulator wants `spatial`, which PyPI has as
 * a package, so it is moved to where DuckDB looks for it in a home folder of its own.
 */
const PLACE_EXTENSION = `
import os, sys, duckdb, duckdb_extension_spatial
platform = duckdb.sql("PRAGMA platform").fetchone()[0]
version = "v" + duckdb.__version__
source = os.path.join(os.path.dirname(duckdb_extension_spatial.__file__), "extensions", version, "spatial.duckdb_extension")
target = os.path.join(sys.argv[1], ".duckdb", "extensions", version, platform)
os.makedirs(target)
os.rename(source, os.path.join(target, "spatial.duckdb_extension"))
`;

export interface InstalledEmulator {
  python: string;
  /** HOME of the emulator's process, with DuckDB's extensions in it. */
  home: string;
}

/** The emulator in the cache, installed from PyPI on the first call (about a minute, about 510 MB). */
export async function installBigQueryEmulator(onProgress: (line: string) => void): Promise<InstalledEmulator> {
  const { folder, python } = await installPythonTool(
    {
      name: 'bqemulator',
      purpose: 'bqemulator, the BigQuery emulator (tests of the BigQuery destination)',
      requirements: fileURLToPath(new URL('./requirements.txt', import.meta.url)),
      cost: 'about a minute, 510 MB, once',
      prepare: (fresh, run) =>
        run(
          fresh.python,
          ['-c', PLACE_EXTENSION, homeOf(fresh.folder)],
          "placing DuckDB's spatial extension for bqemulator",
        ),
    },
    onProgress,
  );
  return { python, home: homeOf(folder) };
}

function homeOf(folder: string): string {
  return join(folder, 'home');
}
