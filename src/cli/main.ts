#!/usr/bin/env node
/** Entry point of the command `pulumi-druid`: calls `run` with the real files, streams, clock and Druid. */
import { writeFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { systemClock } from "../base/clock";
import { createHttpClient, createHttpInspector } from "../druid/http-client";
import type { Outside } from "./command";
import { run } from "./run";

const outside: Outside = {
  print: (text) => process.stdout.write(text),
  complain: (text) => process.stderr.write(text),
  save: (path, text) => writeFile(path, text),
  ...(process.stdin.isTTY ? {} : { input: () => text(process.stdin) }),
  env: process.env,
  clock: systemClock,
  columns: process.stdout.isTTY ? process.stdout.columns : undefined,
  druid: (connection) => createHttpClient({ connection, clock: systemClock, random: Math.random }),
  inspector: (connection) => createHttpInspector({ connection }),
};

// In `pulumi-druid … | head`, nobody reads the rest.
process.stdout.on("error", () => process.exit());

/** Exported only because esbuild takes a file without exports for CommonJS, and then wraps every module it imports. */
export const ended = run(process.argv.slice(2), outside).then((code) => {
  // Not process.exit: a pipe may not have taken all of the output yet.
  process.exitCode = code;
});
