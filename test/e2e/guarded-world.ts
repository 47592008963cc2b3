import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inWorld } from './in-world.ts';
import { World, type WorldOptions } from './world.ts';

/** A world whose side port asks for the token `secret`. */
export async function guardedWorld(
  play: (world: World, file: string) => Promise<void>,
  options: Omit<WorldOptions, 'config'> = {},
): Promise<void> {
  const outer = await World.start();
  try {
    const file = join(outer.folder, 'token');
    await writeFile(file, 'secret\n');
    await inWorld({ ...options, config: { http: { tokenFile: file } } }, (world) =>
      play(world, file),
    )();
  } finally {
    await outer.close();
  }
}
