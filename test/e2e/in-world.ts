import { World, type WorldOptions } from './world.ts';

/** A test in a world of its own, which is taken down whatever happens. */
export function inWorld(options: WorldOptions, play: (world: World) => Promise<void>) {
  return async (): Promise<void> => {
    const world = await World.start(options);
    try {
      await play(world);
    } finally {
      await world.close();
    }
  };
}
