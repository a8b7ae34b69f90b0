/**
 * How an operation can end before its time: interrupts, kills, programs that fail, and what this engine does not do.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { Observed } from "./cases";
import { inSandbox, kill, processesOf, type Sandbox, type SdkName, until } from "./sandbox";
import { inSlot } from "./slots";

const patienceMs = 600_000;
const thing = "pulumi-nodejs:dynamic/case:Thing";

function scenario(name: string, run: (sandbox: Sandbox) => Promise<void>, sdk: SdkName = "@pulumi/pulumi"): void {
  test.concurrent(name, () => inSlot(() => inSandbox(sdk, run)), patienceMs);
}

const messages = (step: Observed): string => JSON.stringify(step.diagnostics);
const slow = 'new Thing("a", { label: "a", value: 1, onCreate: "slow" });';

/** A resource whose provider neither hears Cancel nor ends at SIGINT: it only notes it. */
function stubborn(box: Sandbox): string {
  writeFileSync(
    join(box.directory, "stubborn.js"),
    `const fs = require("node:fs");
     process.on("SIGINT", () => fs.appendFileSync("interrupted", "x"));
     module.exports = { create: () => { fs.writeFileSync("begun", ""); return new Promise(() => setInterval(() => {}, 1000)); } };`,
  );
  return `new pulumi.CustomResource("pulumi-nodejs:dynamic/case:Stubborn", "s", { __provider: 'exports.handler = () => require("./stubborn");' });`;
}

describe("signals", () => {
  scenario(
    "a second interrupt ends what does not end by itself, and leaves the state as before the step",
    async (box) => {
      const cli = box.start("up", stubborn(box));
      await until(() => existsSync(join(box.directory, "begun")));
      cli.child.kill("SIGINT");
      await until(() => cli.output().includes("^C"));
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(cli.child.exitCode).toBeNull();
      cli.child.kill("SIGINT");
      expect(await cli.exit).toBe(1);
      expect(readFileSync(join(box.directory, "interrupted"), "utf8")).toBe("x");
      expect(processesOf(cli.events()).filter((pid) => kill(pid, 0))).toEqual([]);
      const step = await box.observe("up", cli);
      expect(step.pendingOperations).toEqual([["creating", "pulumi-nodejs:dynamic/case:Stubborn::s"]]);
      expect(step.resources).toHaveLength(1);
    },
  );

  scenario("SIGTERM is an interrupt too, and begins nothing new", async (box) => {
    const cli = box.start(
      "up",
      `${slow} new Thing("b", { label: "b", value: 2 }, { dependsOn: [] });`,
      "--parallel",
      "1",
    );
    await until(() => existsSync(`${box.log}.slow`));
    cli.child.kill("SIGTERM");
    const step = await box.observe("up", cli);
    expect(step).toMatchObject({ exit: 1, failed: [["create", `${thing}::a`]], pendingOperations: [] });
    expect(step.resources?.find(({ urn }) => urn.endsWith("::a"))).toMatchObject({
      initErrors: ["half done, run again"],
    });
  });

  scenario(
    "a killed engine takes the program with it and not the provider; a killed update warns once",
    async (box) => {
      await box.run("up", 'new Thing("a", { label: "a", value: 1 });');
      const cli = box.start("up", 'new Thing("a", { label: "a", value: 2, onUpdate: "slow" });');
      await until(() => existsSync(`${box.log}.slow`));
      cli.child.kill("SIGKILL");
      expect(await cli.exit).toBe("SIGKILL");
      const [program = 0] = processesOf(cli.events(), "program");
      const [provider = 0] = processesOf(cli.events(), "provider");
      await until(() => !kill(program, 0));
      expect(kill(provider, 0)).toBe(true);
      kill(-provider, "SIGKILL");
      const killed = await box.observe("up", cli);
      expect(killed.pendingOperations).toEqual([["updating", `${thing}::a`]]);
      const back = await box.run("up", 'new Thing("a", { label: "a", value: 1 });');
      expect(back).toMatchObject({ exit: 0, diagnostics: [["warning", "", expect.anything()]], pendingOperations: [] });
      expect(back.operations?.map(([op]) => op)).toEqual(["same", "same"]);
      expect(await box.run("up", 'new Thing("a", { label: "a", value: 1 });')).toMatchObject({ diagnostics: [] });
    },
  );

  scenario("a killed create is forgotten by a refresh that is told so", async (box) => {
    const cli = box.start("up", slow);
    await until(() => existsSync(`${box.log}.slow`));
    cli.child.kill("SIGKILL");
    await cli.exit;
    for (const pid of processesOf(cli.events(), "provider")) kill(-pid, "SIGKILL");
    expect((await box.run("refresh", slow)).pendingOperations).toHaveLength(1);
    expect((await box.run("refresh", slow, "--clear-pending-creates")).pendingOperations).toEqual([]);
  });
});

describe("programs that fail", () => {
  const failing: [string, string, string][] = [
    ["an error nobody catches", 'throw new Error("boom");', "boom"],
    ["a missing configuration", 'config.require("absent");', "case:absent"],
    ["an exit code", "process.exit(3);", "exit code 3"],
    ["an exit before it is done", 'process.removeAllListeners("exit"); process.exit(0);', "exit code 0"],
    ["a late error", 'pulumi.output(1).apply(() => { throw new Error("late"); });', "late"],
    ["a file that does not parse", "const = ;", "SyntaxError"],
  ];
  scenario("end the operation and delete nothing", async (box) => {
    await box.run("up", 'new Thing("a", { label: "a", value: 1 }); exports.kept = 1;');
    for (const [what, text, message] of failing) {
      const step = await box.run("up", text);
      expect({ what, exit: step.exit }).toEqual({ what, exit: 1 });
      expect(`${messages(step)}${JSON.stringify(box.events)}`).toContain(message);
      expect(step.calls?.map(({ method }) => method)).not.toContain("delete");
      expect(step.resources?.map(({ urn }) => urn)).toContain(`${thing}::a`);
      expect(step.resources?.find(({ urn }) => urn.includes("Stack"))).toMatchObject({ outputs: { kept: 1 } });
    }
  });
});

const unserved = `
  class Read extends pulumi.CustomResource { constructor() { super("pulumi-nodejs:dynamic/case:Thing", "read", {}, { id: "x" }); } }
  class Provider extends pulumi.ProviderResource { constructor() { super("pulumi-nodejs", "own", {}); } }
  new Read();
  pulumi.runtime.invoke("a:b:c", {});
  new Thing("imported", { label: "i" }, { import: "id" });
  new pulumi.CustomResource("aws:s3/bucket:Bucket", "bucket", {});
  new pulumi.ComponentResource("a:b:C", "remote", {}, {}, true);
  new pulumi.StackReference("organization/other/dev");
  new Thing("served", { label: "s" });
  new Thing("transformed", { label: "f" }, { transforms: [() => undefined] });
  new Thing("hooked", { label: "h" }, { hooks: { beforeCreate: [() => {}] } });
  new Thing("provided", { label: "p" }, { provider: new Provider() });
  pulumi.runtime.registerStackTransform(() => undefined);`;

describe("what is not in this engine says so", () => {
  for (const sdk of ["@pulumi/pulumi", "pulumi-newest"] as const) {
    scenario(
      `with ${sdk}`,
      async (box) => {
        const step = await box.run("preview", unserved);
        expect(step.exit).toBe(1);
        const told = (step.diagnostics ?? []).flatMap(
          ([, , text = ""]) => /not in this engine: ([^;]*);/.exec(text)?.[1] ?? [],
        );
        expect(told.sort()).toEqual([
          'importing "imported" (opts.import)',
          'reading "organization/other/dev" (get, opts.id)',
          'reading "read" (get, opts.id)',
          "resource hooks",
          'the function "a:b:c" (invoke)',
          'the remote component "remote"',
          'the type "aws:s3/bucket:Bucket" of "bucket" (only dynamic resources have a provider here)',
          'the type "pulumi:providers:pulumi-nodejs" of "own" (only dynamic resources have a provider here)',
          'transforms of "transformed"',
          "transforms of the stack",
        ]);
        expect(step.operations).toContainEqual(["create", `${thing}::served`]);
      },
      sdk,
    );
  }
});

describe("what the provider tells", () => {
  scenario("messages come with their resource and whether they stay, lines as they were written", async (box) => {
    writeFileSync(
      join(box.directory, "talker.js"),
      `const { createRequire } = require("node:module");
       const req = createRequire(process.argv[1]);
       const grpc = req("@grpc/grpc-js");
       const { EngineClient } = req("../../proto/engine_grpc_pb");
       const { LogRequest } = req("../../proto/engine_pb");
       const engine = new EngineClient(process.argv.at(-1), grpc.credentials.createInsecure());
       const say = (message, ephemeral, severity) => new Promise((done) => {
         const r = new LogRequest(); r.setSeverity(severity); r.setMessage(message); r.setUrn("urn:pulumi:dev::case::x::y"); r.setEphemeral(ephemeral);
         engine.log(r, done);
       });
       module.exports = { async create() { console.log("printed"); console.error("complained"); await say("passing", true, 1); await say("lasting", false, 2); return { id: "1", outs: {} }; } };`,
    );
    const step = await box.run(
      "up",
      `new pulumi.CustomResource("pulumi-nodejs:dynamic/case:Talker", "t", { __provider: 'exports.handler = () => require("./talker");' });`,
    );
    expect(step).toMatchObject({
      exit: 0,
      diagnostics: [["warning", "urn:pulumi:dev::case::x::y".slice("urn:pulumi:dev::case::".length), "lasting"]],
    });
    expect(box.events).toContainEqual({
      type: "diagnostic",
      severity: "info",
      urn: "urn:pulumi:dev::case::x::y",
      message: "passing",
      ephemeral: true,
    });
    expect(box.events).toContainEqual({ type: "output", from: "provider", stream: "stdout", text: "printed" });
    expect(box.events).toContainEqual({ type: "output", from: "provider", stream: "stderr", text: "complained" });
  });
});
