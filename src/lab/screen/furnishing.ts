import type { World } from "../world/world.ts";

/** What the screens of a World have in common. */
export interface Furnishing {
  /** The password that the log-in on a screen takes; null lets nobody in. */
  password: string | null;
  /** Told of a failure of the lab itself. */
  onFailure(error: unknown): void;
}

const furnishings = new WeakMap<World, Furnishing>();

/** Says what the screens of a World are to have in common. Needs none of what draws them. */
export function furnishScreens(world: World, furnishing: Furnishing): void {
  furnishings.set(world, furnishing);
}

/** What was said last; before that nobody can log in, and a failure is thrown. */
export function furnishingOf(world: World): Furnishing {
  const known = furnishings.get(world);
  if (known) return known;
  return {
    password: null,
    onFailure: (error) => {
      throw error;
    },
  };
}
