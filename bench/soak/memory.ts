import { errorMessage } from '../../core/errors.ts';
import type { Service } from '../../dev/service.ts';
import { residentMiB } from '../process-stats.ts';
import type { Sample } from './growth.ts';

/** One process from its start to its end. */
export interface Life {
  name: string;
  pid: number;
  samples: Sample[];
}

export interface MemoryWatch {
  /** In the order of their beginnings: the last one of a name is still there. */
  lives: readonly Life[];
  end(): void;
}

const SAMPLE_EVERY_MS = 2_000;

/** Resident memory of processes that are started again and again. */
export function watchMemory(
  processes: Readonly<Record<string, Service>>,
  onProgress: (line: string) => void,
): MemoryWatch {
  const lives: Life[] = [];
  const look = (): void => {
    for (const [name, { pid }] of Object.entries(processes)) {
      if (pid !== undefined) {
        sample(lifeOf(lives, name, pid), onProgress);
      }
    }
  };
  const timer = setInterval(look, SAMPLE_EVERY_MS);
  return {
    lives,
    end: () => {
      clearInterval(timer);
    },
  };
}

function lifeOf(lives: Life[], name: string, pid: number): Life {
  const known = lives.find((life) => life.name === name && life.pid === pid);
  if (known !== undefined) {
    return known;
  }
  const life = { name, pid, samples: [] };
  lives.push(life);
  return life;
}

function sample({ name, pid, samples }: Life, onProgress: (line: string) => void): void {
  try {
    samples.push({ atMs: performance.now(), mib: residentMiB(pid) });
  } catch (error) {
    // It has just been killed.
    onProgress(`memory of ${name}: ${errorMessage(error)}`);
  }
}
