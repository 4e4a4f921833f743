import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServiceSpec } from './service.ts';
import { findOnPath } from './toolchain.ts';

export interface ClickHousePlace {
  dataDir: string;
  port: number;
}

const FRONT = fileURLToPath(new URL('./clickhouse-front.ts', import.meta.url));
/** Every running query holds one thread of Node's pool, files and zlib need some too (default: 4 in all). */
const FRONT_THREADS = 64;

/** The real server when it is on PATH, else the same engine as a library behind our HTTP front. Same data? No: two folders. */
export async function clickhouseService(place: ClickHousePlace): Promise<ServiceSpec> {
  const program = findOnPath('clickhouse');
  const command = program === undefined ? frontCommand(place) : await serverCommand(program, place);
  const url = `http://127.0.0.1:${place.port}`;
  return {
    name: 'clickhouse',
    ...command,
    stopSignal: 'TERM',
    logFile: join(place.dataDir, 'clickhouse.log'),
    readyTimeoutMs: 60_000,
    probe: () => selectOne(url),
  };
}

type Command = Pick<ServiceSpec, 'command' | 'args' | 'env' | 'cwd'>;

function frontCommand(place: ClickHousePlace): Command {
  const args = ['--import', import.meta.resolve('tsx'), FRONT, '--port', String(place.port)];
  return {
    command: process.execPath,
    args: [...args, '--path', join(place.dataDir, 'chdb')],
    env: { TZ: 'UTC', UV_THREADPOOL_SIZE: String(FRONT_THREADS), NODE_OPTIONS: '' },
  };
}

async function serverCommand(program: string, place: ClickHousePlace): Promise<Command> {
  const folder = join(place.dataDir, 'clickhouse');
  await mkdir(folder, { recursive: true });
  const config = join(folder, 'config.xml');
  await writeFile(config, serverConfig(folder, place.port), { mode: 0o600 });
  return { command: program, args: ['server', `--config-file=${config}`], cwd: folder, env: { TZ: 'UTC' } };
}

function serverConfig(folder: string, port: number): string {
  return `<clickhouse>
  <logger><level>warning</level><console>true</console></logger>
  <listen_host>127.0.0.1</listen_host>
  <http_port>${port}</http_port>
  <path>${folder}/data/</path>
  <tmp_path>${folder}/tmp/</tmp_path>
  <user_files_path>${folder}/user_files/</user_files_path>
  <timezone>UTC</timezone>
  <mark_cache_size>268435456</mark_cache_size>
  <user_directories><users_xml><path>config.xml</path></users_xml></user_directories>
  <profiles><default/></profiles>
  <quotas><default/></quotas>
  <users><default>
    <password/><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>
    <access_management>1</access_management>
  </default></users>
</clickhouse>
`;
}

async function selectOne(url: string): Promise<void> {
  const response = await fetch(url, { method: 'POST', body: 'SELECT 1', signal: AbortSignal.timeout(10_000) });
  if ((await response.text()).trim() !== '1') {
    throw new Error(`HTTP ${response.status}`);
  }
}
