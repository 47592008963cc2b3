import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { ManagedProcess } from './managed-process.ts';

const DEADLINE = 180_000;

/**
 * Resolves when the process answers a GET with 200. Rejects with the last lines of its log as soon as it
 * has ended, or when it takes longer than three minutes.
 *
 * @param ca of an https URL
 */
export async function answering(process: ManagedProcess, url: string, ca?: string): Promise<void> {
  const agent = new Agent(ca === undefined ? {} : { connect: { ca } });
  const deadline = Date.now() + DEADLINE;
  try {
    while (!(await isOk(url, agent))) {
      if (!process.isRunning) throw new Error(`${process.name} has ended\n${process.lastLines()}`);
      if (Date.now() > deadline) {
        throw new Error(`${process.name} does not answer 200 at ${url}\n${process.lastLines()}`);
      }
      await pause(50);
    }
  } finally {
    await agent.close();
  }
}

async function isOk(url: string, dispatcher: Agent): Promise<boolean> {
  try {
    const { statusCode, body } = await request(url, { dispatcher, headersTimeout: 5_000 });
    await body.dump();
    return statusCode === 200;
  } catch {
    // Nobody listens yet.
    return false;
  }
}
