// `npm run test:crash`: the whole crash matrix; `-- --rounds N --seed S`: rounds of kills at random requests. Both take
// `--lib DIR`.
import { spawn } from "node:child_process";
import { build, install, requireJava, root } from "./setup.mjs";

const words = process.argv.slice(2);
const isRounds = words.some((word) => /^--(rounds|seed)\b/.test(word));
if (isRounds) {
  requireJava();
  install();
  build();
}
const script = isRounds ? ["--require", "tsx/cjs", "test/crash/main.ts"] : ["test/run/test.mjs", "crash"];
const args = [...script, ...words];
const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.once("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
