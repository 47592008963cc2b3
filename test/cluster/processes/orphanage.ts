/**
 * A program of its own that outlives the harness for a moment: when the harness is gone, however it went,
 * the processes that it left are ended and the folders that it left are removed.
 *
 * The harness talks to it over the channel between parent and child, which closes by itself.
 */
import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

export type Notice =
  | { readonly is: 'started' | 'ended'; readonly pid: number }
  | { readonly is: 'created' | 'removed'; readonly folder: string };

/** How long a process may take to stop when it is asked to. */
const PATIENCE = 3_000;

const pids = new Set<number>();
const folders = new Set<string>();

// A Ctrl-C goes to every process of the terminal: this one stays until the harness has gone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

process.on('message', (notice: Notice) => {
  if ('pid' in notice) {
    if (notice.is === 'started') pids.add(notice.pid);
    else pids.delete(notice.pid);
  } else if (notice.is === 'created') {
    folders.add(notice.folder);
  } else {
    folders.delete(notice.folder);
  }
});

process.on('disconnect', () => {
  void cleanUp();
});

async function cleanUp(): Promise<void> {
  const left = [...pids].reverse().filter((pid) => signalled(pid, 'SIGTERM'));
  const deadline = Date.now() + PATIENCE;
  while (left.some((pid) => signalled(pid, 0)) && Date.now() < deadline) await pause(50);
  for (const pid of left) signalled(pid, 'SIGKILL');
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
  process.exit(0);
}

/** Whether the process was there to be signalled. */
function signalled(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
