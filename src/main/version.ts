import packageFile from "../../package.json" with { type: "json" };

/** The console's version, as package.json has it. */
export const consoleVersion: string = packageFile.version;
