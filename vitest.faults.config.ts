import { defineConfig } from "vitest/config";

/** The reference plan under every fault: each row takes half a minute, so they are not part of `npm test`. */
export default defineConfig({
  test: {
    include: ["test/faults/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
  },
});
