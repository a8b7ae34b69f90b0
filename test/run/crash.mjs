// `npm run test:crash`: the whole crash matrix; `-- --rounds N --seed S`: rounds of kills at random requests.
import { spawn } from "node:child_process";
import { build, install, requireJava, root } from "./setup.mjs";

const words = process.argv.slice(2);
if (words.length > 0) {
  requireJava();
  install();
  build();
}
const args =
  words.length > 0 ? ["--require", "tsx/cjs", "test/crash/main.ts", ...words] : ["test/run/test.mjs", "crash"];
const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.once("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
