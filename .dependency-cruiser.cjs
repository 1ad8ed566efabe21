/** The import rules of docs/architecture.md: a path says what it may import. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from, pathNot: "\\.test\\.tsx?$" },
  to: { path: "^src/", pathNot: allowed },
});

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    only("shared-stands-alone", "^src/shared/", "^src/shared/", "shared runs anywhere"),
    {
      name: "shared-needs-only-zod",
      severity: "error",
      from: { path: "^src/shared/", pathNot: "\\.test\\.ts$" },
      to: {
        dependencyTypes: ["npm", "npm-dev", "core"],
        pathNot: ["node_modules/zod/", "node_modules/@orpc/contract/"],
      },
    },
    only(
      "renderer-sees-shared",
      "^src/renderer/",
      ["^src/renderer/", "^src/shared/"],
      "the renderer reaches main through the contract",
    ),
    only(
      "preload-sees-shared",
      "^src/preload/",
      ["^src/preload/", "^src/shared/"],
      "the preload hands over ports",
    ),
    only(
      "lab-never-sees-main",
      "^src/lab/",
      ["^src/lab/", "^src/shared/"],
      "the lab speaks its protocols by itself",
    ),
    only(
      "journal-sees-shared",
      "^src/main/journal/",
      ["^src/main/journal/", "^src/shared/"],
      "the journal knows no system",
    ),
    only(
      "inventory-sees-shared",
      "^src/main/inventory/",
      ["^src/main/inventory/", "^src/shared/"],
      "the inventory knows no system",
    ),
    only(
      "maintenance-sees-actions",
      "^src/main/maintenance/",
      ["^src/main/maintenance/", "^src/main/actions/", "^src/shared/"],
      "marks are the console's own; what is marked is handed in",
    ),
    only(
      "estate-sees-shared",
      "^src/main/estate/",
      ["^src/main/estate/", "^src/shared/"],
      "schemas of systems are handed in",
    ),
    only(
      "secrets-see-shared-and-journal-types",
      "^src/main/secrets/",
      ["^src/main/secrets/", "^src/shared/"],
      "secrets know no user of theirs",
    ),
    only(
      "reach-sees-shared-and-secrets",
      "^src/main/reach/",
      ["^src/main/reach/", "^src/main/secrets/", "^src/shared/"],
      "reach moves bytes",
    ),
    only(
      "rfb-sees-shared-and-secrets",
      "^src/main/rfb/",
      [
        "^src/main/rfb/",
        "^src/main/reach/",
        "^src/main/secrets/",
        "^src/main/systems/system\\.ts$",
        "^src/shared/",
      ],
      "a screen protocol, whatever system the screen is of",
    ),
    only(
      "actions-see-shared-and-journal",
      "^src/main/actions/",
      ["^src/main/actions/", "^src/main/journal/", "^src/shared/"],
      "an action is run and journalled here",
    ),
    only(
      "definitions-see-estate-files",
      "^src/main/procedures/definition/",
      [
        "^src/main/procedures/definition/",
        "^src/main/estate/",
        "^src/main/journal/chain\\.ts$",
        "^src/shared/",
      ],
      "a procedure is checked like the estate file it is written in; registry and inventory are handed in",
    ),
    only(
      "engine-sees-definitions-and-actions",
      "^src/main/procedures/engine/",
      ["^src/main/procedures/", "^src/main/actions/", "^src/main/journal/", "^src/shared/"],
      "a run is steps that the action runner takes, on the journal; systems and inventory are handed in",
    ),
    {
      name: "nobody-uses-the-crash-test",
      comment: "it is a program of its own, for tests",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/main/procedures/crash/" },
      to: { path: "^src/main/procedures/crash/" },
    },
    only(
      "sessions-see-shells",
      "^src/main/sessions/",
      ["^src/main/sessions/", "^src/main/systems/system\\.ts$", "^src/shared/"],
      "a session joins a shell and a channel, whatever system the shell is of",
    ),
    only(
      "recordings-see-screens",
      "^src/main/recordings/",
      [
        "^src/main/recordings/",
        "^src/main/rfb/viewer-follower\\.ts$",
        "^src/main/sessions/screen-recorder\\.ts$",
        "^src/main/systems/system\\.ts$",
        "^src/shared/",
      ],
      "a recording is made of a screen and is one, whatever system the screen is of",
    ),
    {
      name: "system-sees-its-neighbours-below",
      severity: "error",
      from: { path: "^src/main/systems/([^/]+)/", pathNot: "\\.test\\.ts$" },
      to: {
        path: "^src/",
        pathNot: [
          "^src/main/systems/$1/",
          "^src/main/systems/[^/]+\\.ts$",
          "^src/shared/",
          "^src/main/reach/",
          "^src/main/rfb/",
          "^src/main/secrets/",
          "^src/main/actions/",
        ],
      },
    },
    {
      name: "electron-in-its-shell-only",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/main/shell/", "^src/main/index\\.ts$", "^src/preload/"] },
      to: { path: "^(electron$|node_modules/electron/)" },
    },
    only(
      "shell-sees-console",
      "^src/main/shell/",
      ["^src/main/shell/", "^src/main/console\\.ts$", "^src/shared/"],
      "the shell is thin",
    ),
    only(
      "main-never-sees-lab-or-renderer",
      "^src/main/",
      ["^src/main/", "^src/shared/"],
      "the lab is a process of its own",
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    parser: "swc",
    exclude: { path: "node_modules/.*/node_modules" },
    doNotFollow: { path: "node_modules" },
  },
};
