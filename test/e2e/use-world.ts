import { afterAll, beforeAll } from "@jest/globals";
import { startWorld, type World } from "./world";

/** A world that begins before the tests of a file and ends after them. It is empty until then. */
export function useWorld(): World {
  const world = {} as World;
  beforeAll(async () => {
    Object.assign(world, await startWorld());
  });
  afterAll(() => world.stop());
  return world;
}
