/** Runs the steps of a case on the local engine, in a folder of its own, with one of the SDKs. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Case, type CaseStep, folder, type Observed } from "./cases";
import { inSandbox, kill, processesOf, type Sandbox, type SdkName, until } from "./sandbox";

export function replay(one: Case, sdk: SdkName, onStep: (here: Observed, index: number) => void): Promise<void> {
  return inSandbox(
    sdk,
    async (sandbox) => {
      for (const [index, step] of one.steps.entries()) {
        if (step.options.world !== undefined) sandbox.mergeWorld(step.options.world);
        const words = [
          ...pairs("--config", one.config),
          ...pairs("--secret-config", one.secretConfig),
          ...(step.options.args ?? []),
        ];
        const { signal } = step.options;
        const here =
          signal === undefined
            ? sandbox.run(step.command, step.program, ...words)
            : signalled(sandbox, step, words, signal);
        onStep(await here, index);
      }
    },
    join(folder, "thing"),
  );
}

function pairs(option: string, values: Record<string, string>): string[] {
  return Object.entries(values).flatMap(([key, value]) => [option, `${key}=${value}`]);
}

/** The engine gets the signal half a second after something slow has begun. */
async function signalled(sandbox: Sandbox, step: CaseStep, words: string[], signal: NodeJS.Signals): Promise<Observed> {
  const cli = sandbox.start(step.command, step.program, ...words);
  await until(() => existsSync(`${sandbox.log}.slow`) || cli.child.exitCode !== null);
  await new Promise((resolve) => setTimeout(resolve, 500));
  cli.child.kill(signal);
  await cli.exit;
  // The provider outlives a killed engine, as it does in reality; the program ends by itself.
  if (signal === "SIGKILL") for (const pid of processesOf(cli.events(), "provider")) kill(-pid, "SIGKILL");
  await until(() => !processesOf(cli.events()).some((pid) => kill(pid, 0)));
  return sandbox.observe(step.command, cli);
}
