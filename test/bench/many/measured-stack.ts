/** A stack whose operations tell what they cost: CPU time of the program and of the provider, and the wall time. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Command, TestStack } from "../../harness/stack";

export interface Cost {
  wallMs: number;
  programMs: number;
  providerMs: number;
}

export class MeasuredStack extends TestStack {
  protected override readonly prelude = "";

  async measure(command: Command, program: string, ...words: string[]): Promise<Cost> {
    rmSync(this.meter, { force: true });
    const begun = performance.now();
    await this.must(command, program, ...words);
    const wallMs = performance.now() - begun;
    const lines = existsSync(this.meter) ? readFileSync(this.meter, "utf8").trim().split("\n") : [];
    const took = (which: string) =>
      lines.filter((line) => line.startsWith(`${which} `)).reduce((sum, line) => sum + Number(line.split(" ")[1]), 0);
    const [programMs, providerMs] = [took("run"), took("dynamic-provider")];
    if (programMs === 0 || providerMs === 0)
      throw new Error(`Cannot measure "${command}": the program or the provider did not tell its CPU time`);
    return { wallMs, programMs, providerMs };
  }

  private get meter(): string {
    return join(this.folder, "meter.txt");
  }

  /** Without the harness's own ways to load less of the SDK: users do not have them. */
  protected override environment(): NodeJS.ProcessEnv {
    const preload = `-r ${JSON.stringify(join(__dirname, "meter.cjs"))}`;
    return {
      ...super.environment(),
      NODE_OPTIONS: preload,
      BENCH_METER: this.meter,
    };
  }
}
