import { defineConfig } from "vitest/config";

/** Tests against other people's programs: one file per counterpart, one after the other. */
export default defineConfig({
  test: {
    include: ["test/real/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: "forks",
    fileParallelism: false,
  },
});
