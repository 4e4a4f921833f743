import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheDir } from './cache.ts';
import { runStep } from './run-step.ts';
import { requireToolchain } from './toolchain.ts';

const VERSION = '1.38.0';
const PURPOSE = "Temporal's time-skipping test server (workflow tests)";

/**
 * The launcher of Temporal's time-skipping test server, fetched from Maven Central on the first call:
 * `TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } })`.
 * It knows neither schedules nor visibility; tests of those use the dev server.
 */
export async function temporalTestServer(onProgress: (line: string) => void = () => undefined): Promise<string> {
  const folder = join(cacheDir(), `temporal-test-server-${VERSION}`);
  const launcher = join(folder, 'temporal-test-server');
  const java = requireToolchain('java', PURPOSE);
  if (existsSync(launcher)) {
    return launcher;
  }
  const maven = requireToolchain('mvn', PURPOSE);
  await mkdir(dirname(folder), { recursive: true });
  const fresh = await mkdtemp(`${folder}.new-`);
  try {
    await writeFile(join(fresh, 'pom.xml'), pom());
    await runStep({
      title: `fetching Temporal's test server ${VERSION} with Maven (once)`,
      command: maven,
      args: ['--batch-mode', '--quiet', 'dependency:copy-dependencies', `-DoutputDirectory=${join(fresh, 'lib')}`],
      options: { cwd: fresh },
      onProgress,
    });
    await writeFile(join(fresh, 'temporal-test-server'), launcherScript(java, folder));
    await chmod(join(fresh, 'temporal-test-server'), 0o755);
    await moveIntoPlace(fresh, folder);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return launcher;
}

/** Another process may have finished the same work first; its result is as good. */
async function moveIntoPlace(fresh: string, folder: string): Promise<void> {
  try {
    await rename(fresh, folder);
  } catch (error: unknown) {
    if (!existsSync(join(folder, 'temporal-test-server'))) {
      throw error;
    }
  }
}

function launcherScript(java: string, folder: string): string {
  const flags = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx512m';
  return `#!/bin/sh\nexec "${java}" ${flags} -cp "${folder}/lib/*" io.temporal.testserver.TestServer "$@"\n`;
}

function pom(): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>sluice</groupId><artifactId>temporal-test-server</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${VERSION}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
`;
}
